import Tensors

/// The entries of a relation's value that an elementwise matcher compares: all of them, the distinct
/// ones, or some that chance chooses among these.
struct ComparedEntries {
  let shape: [Int]
  /// The kind of the value.
  let kind: TensorKind
  let reduction: Reduction

  /// Whether entries whose indices coincide are left out.
  private var isDistinct: Bool { kind.relatesExamples && reduction != .all }

  /// The most numbers that are held at once, and the most entries that a step goes through one part
  /// after another, which takes some seconds.
  static let most = 1 << 26

  /// How many there are; the largest integer if there are more.
  var count: Int {
    shape.enumerated().reduce(1) { count, next in
      let (position, length) = next
      let choices = isDistinct ? max(length - position, 0) : length
      let (product, overflows) = count.multipliedReportingOverflow(by: choices)
      return overflows ? .max : product
    }
  }

  /// The indices of all entries in row-major order.
  var indices: some Sequence<Int> {
    (0..<shape.reduce(1, *)).lazy.filter { !isDistinct || differ($0) }
  }

  /// Whether the indices of an entry are all different.
  private func differ(_ entry: Int) -> Bool {
    let n = shape[0]
    var left = entry
    for position in shape.indices.dropLast() {
      let index = left % n
      left /= n
      var others = left
      for _ in (position + 1)..<shape.count {
        if others % n == index { return false }
        others /= n
      }
    }
    return true
  }

  /// The indices of `tuples` entries in row-major order, drawn with replacement, each as likely as the
  /// others; `nil` if these would not be fewer than all entries.
  func chosen(_ tuples: Int?, using random: inout Random) -> [Int]? {
    guard let tuples, tuples < count else { return nil }
    return (0..<tuples).map { _ in isDistinct ? distinct(&random) : random.integer(below: count) }
  }

  /// An entry whose indices differ. Each index is drawn among those that are left, and counted past
  /// those that are taken.
  private func distinct(_ random: inout Random) -> Int {
    var taken: [Int] = []
    return shape.indices.reduce(0) { entry, position in
      var index = random.integer(below: shape[0] - position)
      for other in taken.sorted() where other <= index { index += 1 }
      taken.append(index)
      return entry * shape[0] + index
    }
  }

  /// An unbiased estimate of the reduction of all penalties from those of chosen entries.
  func reduced(_ penalties: Tensor) -> Tensor {
    reduced(total: penalties.sum(), of: penalties.count)
  }

  /// An unbiased estimate of the reduction of all penalties from the sum of so many chosen ones.
  func reduced(total: Tensor, of chosen: Int) -> Tensor {
    let mean = total / Tensor(Double(max(chosen, 1)))
    return reduction == .sum ? Tensor(Double(count)) * mean : mean
  }
}
