extension Tensor: CustomStringConvertible, CustomDebugStringConvertible {
  /// The numbers in nested brackets, as they would be written by hand, with at most five significant
  /// figures each. Columns are aligned.
  ///
  ///     [[  1,      2],
  ///      [0.5, -1e-07]]
  ///
  /// The middle of a long axis is left out, and the shape then follows: `[0, 1, 2, 3, …, 96, 97, 98, 99]
  /// of shape [100]`. Ten rows or columns are shown whole, and four entries of each axis before them.
  public var description: String {
    guard count > 0 else { return shape == [0] ? "[]" : "[] of shape \(shape)" }
    let layout = TensorLayout(self)
    return layout.text + (layout.isElided ? " of shape \(shape)" : "")
  }

  /// The expression that makes this tensor, with at most eight of its numbers, on one line.
  public var debugDescription: String {
    let shown = withUnsafeBufferPointer { $0.prefix(8).map { "\($0)" } }
    return "Tensor([\(shown.joined(separator: ", "))\(count > 8 ? ", …" : "")], shape: \(shape))"
  }
}

/// The text of a tensor that is not empty.
private struct TensorLayout {
  private let tensor: Tensor
  /// For each axis, the positions that are shown; `nil` stands for those left out.
  private let shown: [[Int?]]
  /// The length of each row-major step along an axis.
  private let strides: [Int]
  /// The texts of the last axis are as wide as these.
  private var widths: [Int] = []

  init(_ tensor: Tensor) {
    self.tensor = tensor
    shown = tensor.shape.enumerated().map { axis, length in
      let isLeading = axis < tensor.rank - 2
      return Self.positions(length, most: isLeading ? 4 : 10, edge: isLeading ? 2 : 4)
    }
    strides = tensor.shape.indices.map { tensor.shape[($0 + 1)...].product }
    if tensor.rank > 1 { widths = columnWidths }
  }

  var isElided: Bool { shown.contains { $0.contains(nil) } }

  var text: String { lines(axis: 0, offset: 0).joined(separator: "\n") }

  private static func positions(_ length: Int, most: Int, edge: Int) -> [Int?] {
    length <= most
      ? Array(0..<length) : Array(0..<edge) + [nil] + Array(length - edge..<length)
  }

  private var columnWidths: [Int] {
    var offsets = [0]
    for axis in shown.indices.dropLast() {
      offsets = offsets.flatMap { offset in
        shown[axis].compactMap { $0.map { offset + $0 * strides[axis] } }
      }
    }
    return (shown.last ?? []).map { column in
      guard let column else { return 1 }
      return offsets.map { tensor.text($0 + column).count }.max() ?? 0
    }
  }

  /// The lines of what begins at a scalar, along an axis and those after it.
  private func lines(axis: Int, offset: Int) -> [String] {
    guard axis < tensor.rank else { return [tensor.text(offset)] }
    guard axis < tensor.rank - 1 else {
      let cells = shown[axis].enumerated().map { index, column in
        let text = column.map { tensor.text(offset + $0) } ?? "…"
        let width = widths.isEmpty ? 0 : widths[index]
        return String(repeating: " ", count: max(0, width - text.count)) + text
      }
      return ["[" + cells.joined(separator: ", ") + "]"]
    }
    var result: [String] = []
    for (index, position) in shown[axis].enumerated() {
      if index > 0 {
        result[result.count - 1] += ","
        // A blank line between matrices, two between stacks of these.
        result += [String](repeating: "", count: tensor.rank - axis - 2)
      }
      let block =
        position.map { lines(axis: axis + 1, offset: offset + $0 * strides[axis]) } ?? ["…"]
      result += block.enumerated().map { line in
        (index == 0 && line.offset == 0 ? "[" : line.element.isEmpty ? "" : " ") + line.element
      }
    }
    result[result.count - 1] += "]"
    return result
  }
}

extension Tensor {
  fileprivate func text(_ index: Int) -> String {
    withUnsafeBufferPointer { Double($0[index]).text(figures: 5) }
  }
}
