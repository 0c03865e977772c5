import Foundation
import TensorFiles
import Tensors

/// Tables of numbers with a column of labels, as text: an example in each line, and a feature in each
/// other column.
enum Tables: DataReader {
  static let files = "train.csv and test.csv (tables)"
  static let settings: [String] = ["labels"]

  static func read(_ names: Set<String>, in folder: String, _ data: DataFiles) throws -> DataParts?
  {
    guard names.contains("train.csv") else { return nil }
    func path(_ name: String) -> String { (folder as NSString).appendingPathComponent(name) }
    return try read(train: path("train.csv"), test: path("test.csv"), labels: data.labels)
  }

  /// The tables to train and to test on, whose labels are in a column of this name or number.
  static func read(train: String, test: String, labels: String?) throws -> DataParts {
    let tables = try [train, test].map { try Table(file: $0, labels: labels) }
    guard tables[0].header == tables[1].header else {
      throw DataSetError.malformed(
        file: test, problem: "its columns are not called as those of '\(train)' are")
    }
    // Labels are numbers only if all are.
    let numbers = tables.map { $0.labels.compactMap { Int($0) } }
    let areLabelled = tables[0].isLabelled
    let areNumbers = zip(tables, numbers).allSatisfy { $0.labels.count == $1.count }
    let parts = try zip(tables, numbers).map { table, numbers in
      try DataPart(
        file: table.path,
        examples: .features(Held(table.features, each: table.width), width: table.width),
        labels: !areLabelled
          ? .none(table.count) : areNumbers ? .numbers(numbers) : .names(table.labels)
      ).checked(examples: table.count, in: table.path)
    }
    return DataParts(
      kind: tables[0].labelsName.map { "table with labels in column \($0)" } ?? "table",
      training: parts[0],
      test: parts[1])
  }

  /// The features of a table of `width` of them, which may have a column of labels besides.
  static func examples(
    in path: String, width: Int
  ) throws -> (count: Int, DataPart.Examples) {
    let table = try Table(file: path, labels: nil, unlabelledWidth: width)
    return (
      table.count, .features(Held(table.features, each: table.width), width: table.width)
    )
  }
}

/// A table: the numbers of its lines, and their labels.
private struct Table {
  let path: String
  /// The names of the columns, if the first line has them.
  private(set) var header: [String]?
  private(set) var features: [Float] = []
  private(set) var labels: [String] = []
  /// The number of columns of features.
  private(set) var width = 0
  /// The number of examples.
  private(set) var count = 0
  /// The column of labels, counted from 0; `nil` if there is none.
  private var labelColumn: Int?

  /// The names by which a column of labels is known.
  private static let known = ["label", "labels", "class", "target"]

  /// The word in a recipe for a table that has no column of labels.
  private static let none = "none"

  /// Whether there is a column of labels.
  var isLabelled: Bool { labelColumn != nil }

  /// The name of the column of labels, or its number counted from 1; `nil` if there is none.
  var labelsName: String? {
    labelColumn.map { column in header.map { "'\($0[column])'" } ?? "\(column + 1)" }
  }

  /// Reads a table, whose column of labels is the `wanted` one, by name or by number, or the usual one. A
  /// table of `unlabelledWidth` columns has none, and neither has one of which `none` is wanted.
  init(file path: String, labels wanted: String?, unlabelledWidth: Int? = nil) throws {
    self.path = path
    let bytes = try PlainElements(file: path)
    let text = try [UInt8](unsafeUninitializedCapacity: bytes.count) { buffer, count in
      try bytes.read(
        at: 0,
        into: UnsafeMutableRawBufferPointer(
          rebasing: UnsafeMutableRawBufferPointer(buffer)[..<bytes.count]))
      count = bytes.count
    }
    // A byte order mark is no part of the first cell.
    let lines = text[(text.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0)...]
      .split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    guard let first = lines.first, !first.isBlank else { throw problem("line 1 is empty") }
    let separator =
      [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")].max { a, b in
        first.count { $0 == a } < first.count { $0 == b }
      } ?? UInt8(ascii: ",")
    let cells = first.cells(separator)
    let isNoneWanted = wanted == Self.none && !cells.contains { $0.text == Self.none }
    let isLabelled = cells.count != unlabelledWidth && !isNoneWanted
    guard cells.count > 1 || !isLabelled else {
      throw problem("line 1 has one cell, and a table has features and labels")
    }
    width = isLabelled ? cells.count - 1 : cells.count
    // A line of numbers has at most one text, its label. Names are all texts, or one of them is that of labels.
    let isHeader =
      cells.allSatisfy { $0.number == nil }
      || cells.contains { Self.known.contains($0.text.lowercased()) }
    if isHeader { header = cells.map { $0.text } }
    if isHeader, let column = cells.firstIndex(where: { $0.isBlank }) {
      throw problem(
        """
        column \(column + 1) has no name in line 1: is it the index that pandas writes? \
        to_csv(index=False) leaves it out
        """)
    }
    labelColumn = isLabelled ? try column(wanted, of: cells.count) : nil
    for (index, line) in lines.enumerated().dropFirst(header == nil ? 0 : 1) where !line.isBlank {
      try append(line.cells(separator), line: index + 1)
    }
    guard count > 0 else { throw problem("it has no line of numbers") }
  }

  /// The column of labels: the one that is asked for, one of a known name, or the last.
  private func column(_ wanted: String?, of count: Int) throws -> Int {
    if let wanted {
      if let column = header?.firstIndex(of: wanted) { return column }
      if let number = Int(wanted), (1...count).contains(number) { return number - 1 }
      let names = header.map { $0.map { "'\($0)'" }.joined(separator: ", ") }
      throw problem(
        "it has no column '\(wanted)' of labels; possible: \(names ?? "1 to \(count), without names")"
      )
    }
    guard let header else { return count - 1 }
    let found = header.indices.filter { Self.known.contains(header[$0].lowercased()) }
    guard let column = found.first, found.count == 1 else {
      let what = found.isEmpty ? "no column is" : "several columns are"
      throw problem(
        """
        \(what) called \(Self.known.map { "'\($0)'" }.joined(separator: ", ")): data.labels names \
        the column of labels
        """)
    }
    return column
  }

  private mutating func append(_ cells: [ArraySlice<UInt8>], line: Int) throws {
    let expected = labelColumn == nil ? width : width + 1
    guard cells.count == expected else {
      throw problem("line \(line) has \(cells.count) cells, and the first has \(expected)")
    }
    count += 1
    for (column, cell) in cells.enumerated() {
      func place() -> String {
        "line \(line), column \(column + 1)" + (header.map { " ('\($0[column].visible)')" } ?? "")
      }
      guard !cell.isBlank else { throw problem("\(place()) is empty") }
      guard column != labelColumn else {
        labels.append(cell.text)
        continue
      }
      guard let number = cell.number else {
        throw problem("\(place()) is '\(String(cell.text.prefix(40)).visible)', which is no number")
      }
      guard Float(number).isFinite else {
        throw problem(
          "\(place()) is \(String(cell.text.prefix(40)).visible), which is not finite in Float32")
      }
      features.append(Float(number))
    }
  }

  private func problem(_ text: String) -> DataSetError { .malformed(file: path, problem: text) }
}

extension ArraySlice<UInt8> {
  /// Whether there is nothing but spaces.
  fileprivate var isBlank: Bool { allSatisfy { $0 == 0x20 || $0 == 0x0D || $0 == 0x09 } }

  /// The cells of a line. A separator between quotes is part of its cell.
  fileprivate func cells(_ separator: UInt8) -> [ArraySlice<UInt8>] {
    guard contains(UInt8(ascii: "\"")) else {
      return split(separator: separator, omittingEmptySubsequences: false)
    }
    var cells: [ArraySlice<UInt8>] = []
    var (start, isQuoted) = (startIndex, false)
    for index in indices {
      if self[index] == UInt8(ascii: "\"") { isQuoted.toggle() }
      guard self[index] == separator, !isQuoted else { continue }
      cells.append(self[start..<index])
      start = index + 1
    }
    return cells + [self[start...]]
  }

  /// The text of a cell, without spaces around it and without its quotes.
  fileprivate var text: String {
    let text = String(decoding: self, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    guard text.count > 1, text.hasPrefix("\""), text.hasSuffix("\"") else { return text }
    return text.dropFirst().dropLast().replacingOccurrences(of: "\"\"", with: "\"")
  }

  /// The number in a cell; `nil` if it is another text.
  fileprivate var number: Double? { Double(text) }
}
