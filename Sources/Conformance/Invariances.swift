import Distillation
import Tensors

extension ConformanceSuite {
  /// What the loss claims not to see, it does not see.
  func invarianceFindings() throws -> [Finding] {
    let maker = try BatchMaker(for: loss)
    return try invariances.map { invariance in
      var worst = 0.0
      for seed in 1...2 as ClosedRange<UInt64> {
        let batch = maker.batch(seed: seed)
        let before = try loss.value(batch)
        guard before != 0 else {
          return Finding(invariance.rawValue, passed: false, "the loss is 0 at random outputs")
        }
        let after = try loss.value(changed(batch, by: invariance))
        let change = abs(after - before) / abs(before)
        if !(change <= worst) { worst = change }
      }
      return claimFinding(
        invariance.rawValue, measured: worst, allowed: 5e-5,
        "relative change by \(invariance.change)")
    }
  }

  private func changed(_ batch: Batch, by invariance: Invariance) -> Batch {
    guard invariance != .batchOrder else {
      // Rotated by a third and reversed: nothing stays, and no neighbour does.
      let n = batch.student.tensors.values.first?.shape.first ?? 0
      return batch.reordered((0..<n).map { (n / 3 + n - 1 - $0) % n })
    }
    var batch = batch
    batch.student.tensors = batch.student.tensors.mapValues { x in
      change(x.flattened, invariance).reshaped(x.shape)
    }
    return batch
  }

  /// A change of N×D features, the same for all outputs of as many features.
  private func change(_ x: Tensor, _ invariance: Invariance) -> Tensor {
    var random = Random(seed: 1, "conformance", "changes")
    let (n, d) = (x.shape[0], x.shape[1])
    switch invariance {
    case .rotation:
      // x (1 − 2 u uᵀ) (1 − 2 v vᵀ): two reflections.
      return (1...2).reduce(x) { x, _ in
        let u = random.normal(shape: [1, d]).normalized()
        return x - 2 * (x • u.transposed) • u
      }
    case .scaling: return 3 * x
    case .translation: return x + random.normal(shape: [1, d])
    case .shift: return x + random.normal(shape: [n, 1])
    case .batchOrder: return x
    }
  }
}

extension Invariance {
  fileprivate var change: String {
    switch self {
    case .rotation: "a rotation of the features"
    case .scaling: "the factor 3"
    case .translation: "a vector added to every row"
    case .shift: "a number added to each row"
    case .batchOrder: "another order of the examples"
    }
  }
}
