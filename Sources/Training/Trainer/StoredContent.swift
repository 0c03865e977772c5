import TensorFiles
import Tensors

/// What is found when all numbers of a teacher's file are read once.
struct StoredContent {
  /// The checksum of the arrays: their names, shapes and numbers.
  private(set) var checksum = Checksum()
  /// The share of rows whose largest logit is that of their label; `nil` if there are no labels, or if `logits` are
  /// not among the arrays, or are of other classes.
  private(set) var accuracy: Double?

  /// Reads arrays with a row for each label, if there are labels.
  ///
  /// - Throws: The error that `problem` makes of a text, if a number is not finite; `FileError`.
  init(
    of arrays: [String: StoredRows], labels: [UInt16]?, classes: Int,
    problem: (String) -> TrainingError
  ) throws {
    for (name, rows) in arrays.sorted(by: { $0.key < $1.key }) {
      checksum.add("\(name) \(rows.shape)\n")
      let labels = name == "logits" && rows.shape == [labels?.count, classes] ? labels : nil
      var correct = 0
      try rows.forEachPart { part, numbers in
        checksum.add(UnsafeRawBufferPointer(numbers))
        if let place = numbers.firstIndex(where: { !$0.isFinite }) {
          let index = Tensor.index(
            ofScalar: part.lowerBound * rows.width + place, shape: rows.shape)
          throw problem("its '\(name)' is \(numbers[place].text) at \(index)")
        }
        guard let labels else { return }
        for (place, row) in part.enumerated() {
          let logits = numbers[place * classes..<(place + 1) * classes]
          correct += logits.indexOfLargest == Int(labels[row]) ? 1 : 0
        }
      }
      if let labels { accuracy = Double(correct) / Double(max(labels.count, 1)) }
    }
  }
}

extension StoredRows {
  /// Gives `body` all rows, some at a time.
  fileprivate func forEachPart(
    _ body: (Range<Int>, UnsafeBufferPointer<Float>) throws -> Void
  ) throws {
    let length = max(1, (1 << 16) / width)
    let buffer = UnsafeMutableBufferPointer<Float>.allocate(
      capacity: min(length, shape[0]) * width)
    defer { buffer.deallocate() }
    for start in stride(from: 0, to: shape[0], by: length) {
      let part = start..<min(start + length, shape[0])
      try read(part, into: buffer)
      try body(part, UnsafeBufferPointer(rebasing: buffer[..<(part.count * width)]))
    }
  }
}

extension Slice<UnsafeBufferPointer<Float>> {
  /// The place of the largest number, or of the first of several.
  fileprivate var indexOfLargest: Int {
    var best = startIndex
    for place in indices where self[place] > self[best] { best = place }
    return best - startIndex
  }
}
