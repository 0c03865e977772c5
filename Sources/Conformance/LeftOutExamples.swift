import Distillation
import Tensors

// Examples that are left out change no bit of the loss, nor of its gradient at the other examples, nor of what
// it remembers. Their own outputs are NaN here, and their gradient is 0.

extension ConformanceSuite {
  /// Examples of weight 0 count nowhere.
  func absentExamplesFinding() throws -> Finding {
    let batch = try BatchMaker(for: loss).batch(seed: 1)
    return Finding(
      "absent examples", measured: try changes(of: batch, amongExamplesOf: -7, haveWeights: true),
      allowed: 0, "numbers that change when examples of weight 0 are added")
  }

  /// Examples with an ignored label count nowhere. Losses that do not depend on labels, or of which only a
  /// part does, are not tried.
  func ignoredLabelFindings() throws -> [Finding] {
    guard let isStated = loss.readsLabels else { return [] }
    let maker = try BatchMaker(for: loss)
    let batch = maker.batch(seed: 1)
    var relabeled = batch
    relabeled.student.labels = batch.student.labels.map { $0.map { ($0 + 1) % maker.classes } }
    guard try loss.value(relabeled) != loss.value(batch) else { return [] }
    guard isStated else {
      return [
        Finding(
          "ignored labels", passed: false,
          "the loss depends on labels: state 'readsLabels', so that it is given no ignored ones")
      ]
    }
    let label = Outputs.ignoredLabel
    return [
      Finding(
        "ignored labels", measured: try changes(of: batch, amongExamplesOf: label), allowed: 0,
        "numbers that change when examples of the label \(label) are added")
    ]
  }

  /// How many numbers of value, gradient and memory change among examples that are left out.
  private func changes(
    of batch: Batch, amongExamplesOf label: Int, haveWeights: Bool = false
  ) throws -> Double {
    let (value, gradient) = try loss.valueWithGradient(batch)
    let larger = batch.among(examplesOf: label, haveWeights: haveWeights)
    let (among, found) = try loss.valueWithGradient(larger)
    let differences = gradient.reduce(among == value ? 0 : 1) { count, output in
      let expected = output.value.amongRows(of: 0).scalars
      let scalars = found[output.key]?.scalars ?? []
      return count + (scalars.count == expected.count ? 0 : 1)
        + zip(scalars, expected).count { $0 != $1 }
    }
    return Double(differences + (try loss.memoryChanges(batch, larger)))
  }
}

extension Batch {
  /// The batch with more examples of one label, whose outputs are NaN. If it has weights, theirs is 0.
  fileprivate func among(examplesOf label: Int, haveWeights: Bool) -> Batch {
    var batch = self
    let count = student.tensors.values.first?.shape[0] ?? 0
    batch.student.tensors = student.tensors.mapValues { $0.amongRows(of: .nan) }
    batch.teacher.tensors = teacher.tensors.mapValues { $0.amongRows(of: .nan) }
    batch.student.labels = student.labels.map { $0.prefix(1) + [label] + $0.dropFirst() + [label] }
    batch.student.indices = student.indices.map {
      $0.prefix(1) + [count + 1] + $0.dropFirst() + [0]
    }
    if haveWeights {
      let weights = Tensor(repeating: 1, shape: [count]).amongRows(of: 0)
      batch.student.tensors[Outputs.exampleWeights] = weights
    }
    return batch
  }
}

extension Tensor {
  /// These rows, with a row of one number after the first and after the last.
  fileprivate func amongRows(of number: Float) -> Tensor {
    let (width, all) = (count / shape[0], scalars)
    let row = [Float](repeating: number, count: width)
    return Tensor(
      all.prefix(width) + row + all.dropFirst(width) + row,
      shape: [shape[0] + 2] + shape.dropFirst())
  }
}
