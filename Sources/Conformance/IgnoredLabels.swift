import Distillation
import Tensors

extension ConformanceSuite {
  /// Examples with an ignored label count nowhere: more of them, which hold no numbers, change no bit. Losses
  /// that do not depend on labels, or of which only a part does, are not tried.
  func ignoredLabelFindings() throws -> [Finding] {
    guard let isStated = loss.readsLabels else { return [] }
    let maker = try BatchMaker(for: loss)
    let (n, batch) = (maker.examples, maker.batch(seed: 1))
    var relabeled = batch
    relabeled.student.labels = batch.student.labels.map { $0.map { ($0 + 1) % maker.classes } }
    let (value, gradient) = try loss.valueWithGradient(batch)
    guard try loss.value(relabeled) != value else { return [] }
    guard isStated else {
      return [
        Finding(
          "ignored labels", passed: false,
          "the loss depends on labels: state 'readsLabels', so that it is given no ignored ones")
      ]
    }

    let places = (0..<n).map { $0 < n / 2 ? $0 + 1 : $0 + 2 }
    let among = try loss.valueWithGradient(batch.placed(at: places, of: n + 3))
    let pairs = gradient.flatMap { name, gradient in
      let expected = Tensor.zeros([n + 3] + gradient.shape.dropFirst()).placing(gradient, at: places)
      return zip(expected.scalars, among.gradient[name]?.scalars ?? [])
    }
    let changes = pairs.count { $0 != $1 } + (among.value == value ? 0 : 1)
    return [
      Finding(
        "ignored labels", measured: Double(changes), allowed: 0,
        "numbers that change with examples of the label \(Outputs.ignoredLabel)")
    ]
  }
}

extension Batch {
  /// This batch with its examples at some places of a larger one. The others hold NaN, and their labels are
  /// ignored.
  fileprivate func placed(at places: [Int], of count: Int) -> Batch {
    let labels = student.labels.map { labels in
      var all = [Int](repeating: Outputs.ignoredLabel, count: count)
      for (place, label) in zip(places, labels) { all[place] = label }
      return all
    }
    func placed(_ x: Tensor) -> Tensor {
      Tensor(repeating: .nan, shape: [count] + x.shape.dropFirst()).placing(x, at: places)
    }
    return Batch(
      student: Outputs(student.tensors.mapValues(placed), labels: labels),
      teacher: Outputs(teacher.tensors.mapValues(placed)))
  }
}

extension Tensor {
  /// These rows, with others in their place at some places.
  fileprivate func placing(_ rows: Tensor, at places: [Int]) -> Tensor {
    var (scalars, width) = (scalars, shape.dropFirst().reduce(1, *))
    for (row, place) in places.enumerated() {
      scalars.replaceSubrange(
        place * width..<(place + 1) * width, with: rows.scalars[row * width..<(row + 1) * width])
    }
    return Tensor(scalars, shape: shape)
  }
}
