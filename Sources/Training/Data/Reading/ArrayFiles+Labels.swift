import TensorFiles

extension TensorFile {
  /// Whether there are labels, in an array whose name begins with `start`. An array that is called almost so is an
  /// error when labels are read.
  func hasLabels(_ start: String) -> Bool {
    names.contains { name in
      let name = name.lowercased()
      return name.hasPrefix(start)
        && ["labels", "label", "targets", "target", "classes", "class", "y"]
          .contains(String(name.dropFirst(start.count)))
    }
  }

  /// The labels in an array: N whole numbers, or N×1 of them; N×C numbers of which one of each row is 1 and all
  /// others are 0; or N×C probabilities.
  func labels(_ name: String) throws -> DataPart.Labels {
    let (shape, kind) = try header(name)
    let width = shape.dropFirst().reduce(1, *)
    guard (1...2).contains(shape.count), width > 0 else {
      throw problem(
        name, "shape \(shape)",
        possible:
          "labels, N or N×1; or N×C with one 1 in each row, or with the probability of each class")
    }
    return width == 1 ? .numbers(try classes(name)) : try rowsOfLabels(name, width: width, kind)
  }

  /// The classes of an array of whole numbers.
  private func classes(_ name: String) throws -> [Int] {
    try values(name).values.enumerated().map { index, value in
      switch value {
      case .whole(let number): return number
      case .real(let number, _):
        if let whole = Int(exactly: number) { return whole }
      case .large, .text: break
      }
      throw problem(
        name, "label \(index) as \(value)",
        possible: "whole numbers, or a row of probabilities for each example")
    }
  }

  /// The labels of an array whose rows have a number for each class.
  private func rowsOfLabels(
    _ name: String, width: Int, _ kind: NumberKind
  ) throws -> DataPart.Labels {
    guard width <= 1 << 16 else {
      throw problem(name, "\(width) classes", possible: "at most 65536")
    }
    var (row, classes, areSoft) = ([Float](), [Int](), false)
    row.reserveCapacity(width)
    try forEachPiece(of: name) { _, numbers in
      var rest = numbers[...]
      while !rest.isEmpty {
        let part = rest.prefix(width - row.count)
        row.append(contentsOf: part)
        rest = rest.dropFirst(part.count)
        guard row.count == width else { break }
        let largest = row.indices.reduce(0) { row[$1] > row[$0] ? $1 : $0 }
        if !row.isOneHot(at: largest) {
          areSoft = true
          try check(row, classes.count, of: name, kind)
        }
        classes.append(largest)
        row.removeAll(keepingCapacity: true)
      }
    }
    guard areSoft else { return .numbers(classes) }
    return .soft(
      try rows(ofFeatures: name), classes: width, mostProbable: classes)
  }

  /// Throws `TensorFileError` unless a row is of probabilities, whose sum may differ from 1 by rounding.
  private func check(
    _ row: [Float], _ index: Int, of name: String, _ kind: NumberKind
  ) throws {
    guard kind == .real else {
      throw problem(
        name, "row \(index) as \(row.prefix(20).map { Int($0) })",
        possible: "one 1 and zeros in each row, or probabilities in a floating-point type")
    }
    if let column = row.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) {
      throw problem(
        name, "\(row[column]) in row \(index), at class \(column)",
        possible: "probabilities, numbers of 0 or more")
    }
    let sum = row.reduce(0.0) { $0 + Double($1) }
    guard abs(sum - 1) <= 1e-3 else {
      throw problem(
        name, "row \(index) with the sum \(Float(sum))",
        possible: "rows of probabilities, whose sum is 1")
    }
  }
}

extension [Float] {
  /// Whether the number at one place is 1 and all others are 0.
  fileprivate func isOneHot(at place: Int) -> Bool {
    self[place] == 1 && allSatisfy { $0 == 0 || $0 == 1 } && count { $0 == 1 } == 1
  }
}
