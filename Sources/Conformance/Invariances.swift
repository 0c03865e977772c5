import Distillation
import Tensors

extension ConformanceSuite {
  /// Checks that the changes which the loss claims to ignore do not change it.
  func invarianceFindings() throws -> [Finding] {
    let maker = try BatchMaker(for: loss)
    return try invariances.map { invariance in
      var worst = 0.0
      for seed in 1...2 as ClosedRange<UInt64> {
        let batch =
          invariance == .tokenOrder
          ? maker.batchOfTokens(maker.outputsOfTokens, seed: seed) : maker.batch(seed: seed)
        let before = try loss.value(batch)
        guard before != 0 else {
          return Finding(invariance.rawValue, passed: false, "the loss is 0 at random outputs")
        }
        for factor in factors(of: invariance) {
          let after = try loss.value(try changed(batch, by: invariance, factor))
          let change = abs(after - before) / abs(before)
          if !(change <= worst) { worst = change }
        }
      }
      return claimFinding(
        invariance.rawValue, measured: worst, allowed: 5e-5,
        "relative change by \(words(of: invariance))")
    }
  }

  /// Whether features are scaled to any size. A loss whose method compares an ε of its own with
  /// their lengths is only scaled up; with settings for which nothing is claimed there is only one
  /// factor.
  private var scalesToAnySize: Bool { isOfDefaults && loss.smallestLength == nil }

  private func factors(of invariance: Invariance) -> [Double] {
    guard invariance == .scaling else { return [1] }
    return (isOfDefaults ? [3, 1e7] : [3]) + (scalesToAnySize ? [1e-7, 1e-9] : [])
  }

  private func words(of invariance: Invariance) -> String {
    switch invariance {
    case .rotation: "a rotation of the features"
    case .scaling where scalesToAnySize: "factors of 10⁻⁹ to 10⁷"
    case .scaling: isOfDefaults ? "the factors 3 and 10⁷" : "the factor 3"
    case .translation: "a vector added to every row"
    case .shift: "a number added to each row"
    case .batchOrder: "another order of the examples"
    case .tokenOrder: "another order of each example's tokens"
    case .mapRotation: "a rotation of the student's features and of the learned map"
    }
  }

  private func changed(
    _ batch: Batch, by invariance: Invariance, _ factor: Double
  ) throws -> Batch {
    var batch = batch
    switch invariance {
    case .batchOrder:
      // The order is rotated by a third and reversed: no example keeps its place or its successor.
      let n = batch.student.tensors.values.first?.shape.first ?? 0
      return batch.reordered((0..<n).map { (n / 3 + n - 1 - $0) % n })
    case .tokenOrder: return batch.reversingTokens
    case .mapRotation:
      let weights = try loss.parameters(batch)
      batch.student.tensors = batch.student.tensors.mapValues { x in
        let rows = change(x.pixelRows, .rotation, factor)
        return x.rank == 4 ? rows.maps(ofShape: x.shape) : rows
      }
      for (name, weight) in weights where weight.rank == 2 {
        batch.student.tensors[CheckedLoss.parameterPrefix + name] = change(
          weight, .rotation, factor)
      }
      return batch
    case .rotation, .scaling, .translation, .shift: break
    }
    batch.student.tensors = batch.student.tensors.mapValues { x in
      let rows = x.rank == 3 ? x.reshaped([-1, x.shape[2]]) : x.flattened
      return change(rows, invariance, factor).reshaped(x.shape)
    }
    return batch
  }

  /// A change of N×D features. It is the same for all outputs with equally many features.
  private func change(_ x: Tensor, _ invariance: Invariance, _ factor: Double) -> Tensor {
    var random = Random(seed: 1, "conformance", "changes")
    let (n, d) = (x.shape[0], x.shape[1])
    switch invariance {
    case .rotation, .mapRotation:
      // The rotation x (1 − 2 u uᵀ) (1 − 2 v vᵀ) consists of two reflections.
      return (1...2).reduce(x) { x, _ in
        let u = random.normal(shape: [1, d]).normalized()
        return x - 2 * (x • u.transposed) • u
      }
    case .scaling: return Tensor(factor) * x
    case .translation: return x + random.normal(shape: [1, d])
    case .shift: return x + random.normal(shape: [n, 1])
    case .batchOrder, .tokenOrder: return x
    }
  }
}
