import Distillation
import Foundation
import Tensors

/// Reads JSON5 (spec.json5.org), and therefore JSON, into a tree of settings.
///
/// Foundation's reader does not say on every system where it stopped, takes the first of two equal
/// keys, and cuts the digits of large whole numbers. Some texts that JSON5 allows cannot be meant
/// and are mistakes here: a key that stands twice in a group, half of a surrogate pair, a backslash
/// before a letter or a digit without a meaning there, and a number beyond a Double.
struct JSON5Parser {
  /// The text in UTF-8.
  let text: [UInt8]
  let firstLine: Int
  var index = 0
  /// The places of the open brackets around the current position.
  private var open: [Int] = []

  private static let deepest = 200

  private init(_ text: [UInt8], firstLine: Int) { (self.text, self.firstLine) = (text, firstLine) }

  /// The value in a file.
  ///
  /// - Parameters:
  ///   - data: The content, in UTF-8, UTF-16 or UTF-32.
  ///   - firstLine: The number of the first line in errors.
  /// - Returns: The value as a setting.
  /// - Throws: ``JSON5Error`` with the place of the problem.
  static func parse(_ data: Data, firstLine: Int = 1) throws(JSON5Error) -> Setting {
    try parse(TextDecoding.utf8(data, firstLine: firstLine), firstLine: firstLine)
  }

  /// The value in a text in UTF-8.
  static func parse(_ text: [UInt8], firstLine: Int = 1) throws(JSON5Error) -> Setting {
    var parser = JSON5Parser(text, firstLine: firstLine)
    try parser.skipSpace()
    guard parser.peek != nil else { throw parser.mistake("the file is empty") }
    let value = try parser.value()
    try parser.skipSpace()
    switch parser.peek {
    case nil: return value
    case UInt8(ascii: "}"), UInt8(ascii: "]"):
      throw parser.mistake("the '\(parser.character)' at \(parser.place()) closes nothing")
    default:
      throw parser.mistake("the text goes on after its end, at \(parser.place())")
    }
  }

  // MARK: - Values

  private mutating func value() throws(JSON5Error) -> Setting {
    switch peek {
    case UInt8(ascii: "{"):
      return try nested { (parser: inout JSON5Parser) throws(JSON5Error) in try parser.group() }
    case UInt8(ascii: "["):
      return try nested { (parser: inout JSON5Parser) throws(JSON5Error) in try parser.list() }
    case UInt8(ascii: "\""), UInt8(ascii: "'"): return .text(try quoted())
    default: return try word()
    }
  }

  private mutating func nested(
    _ read: (inout JSON5Parser) throws(JSON5Error) -> Setting
  ) throws(JSON5Error) -> Setting {
    guard open.count < Self.deepest else {
      throw mistake("the brackets at \(place()) are more than \(Self.deepest) deep")
    }
    open.append(index)
    index += 1
    let value = try read(&self)
    open.removeLast()
    return value
  }

  private mutating func list() throws(JSON5Error) -> Setting {
    var values: [Setting] = []
    while try !closes("]") {
      try expectNoComma("a value")
      values.append(try value())
      try separate("]")
    }
    return .list(values)
  }

  private mutating func group() throws(JSON5Error) -> Setting {
    var settings: [String: Setting] = [:]
    var places: [String: Int] = [:]
    while try !closes("}") {
      try expectNoComma("a key")
      let start = index
      let key = try key()
      if let first = places.updateValue(start, forKey: key) {
        throw JSON5Error(
          problem:
            "the key '\(key.visible)' stands twice: at \(place(of: first)) and at \(place(of: start))",
          isSyntax: false)
      }
      try skipSpace()
      guard let next = peek else { throw notClosed() }
      guard next == UInt8(ascii: ":") else { throw mistake(missing(before: next)) }
      index += 1
      try skipSpace()
      guard let first = peek else { throw notClosed() }
      guard !",]}:".utf8.contains(first) else {
        throw mistake("a value is missing before the '\(character)' at \(place())")
      }
      settings[key] = try value()
      try separate("}")
    }
    return .group(settings)
  }

  private func missing(before next: UInt8) -> String {
    "}],".utf8.contains(next)
      ? "a ':' and a value are missing before the '\(character)' at \(place())"
      : "a ',' or ':' is missing before \(place())"
  }

  // MARK: - Brackets and commas

  /// Steps over a closing bracket if it is next.
  private mutating func closes(_ bracket: Character) throws(JSON5Error) -> Bool {
    try skipSpace()
    guard let next = peek else { throw notClosed() }
    guard next == UInt8(ascii: "}") || next == UInt8(ascii: "]") else { return false }
    guard next == bracket.asciiValue else {
      throw mistake(
        "the '\(character)' at \(place()) does not close the "
          + "'\(bracket == "}" ? "{" : "[")' at \(place(of: open.last ?? 0))")
    }
    index += 1
    return true
  }

  private func expectNoComma(_ what: String) throws(JSON5Error) {
    guard peek == UInt8(ascii: ",") || peek == UInt8(ascii: ":") else { return }
    throw mistake("\(what) is missing before the '\(character)' at \(place())")
  }

  /// Steps over the comma after a value, which may be the last. A closing bracket is left for the
  /// caller.
  private mutating func separate(_ bracket: Character) throws(JSON5Error) {
    try skipSpace()
    switch peek {
    case nil: throw notClosed()
    case UInt8(ascii: ","): index += 1
    case UInt8(ascii: "}"), UInt8(ascii: "]"): break
    default: throw mistake("a ',' or ':' is missing before \(place())")
    }
  }

  private func notClosed() -> JSON5Error {
    let start = open.last ?? 0
    let bracket = text[start] == UInt8(ascii: "{") ? "{" : "["
    return mistake("the '\(bracket)' at \(place(of: start)) is not closed")
  }

  // MARK: - Characters

  var peek: UInt8? { index < text.count ? text[index] : nil }

  /// The scalar at the index, with its length.
  var scalar: (value: Unicode.Scalar, length: Int)? {
    guard let first = peek else { return nil }
    if first < 0x80 { return (Unicode.Scalar(first), 1) }
    let length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
    let value = String(decoding: text[index..<min(index + length, text.count)], as: UTF8.self)
      .unicodeScalars.first
    return value.map { ($0, length) }
  }

  var character: Character { scalar.map { Character($0.value) } ?? " " }

  func place(of index: Int? = nil) -> TextPlace {
    TextPlace(after: text[..<(index ?? self.index)], firstLine: firstLine)
  }

  func mistake(_ problem: String) -> JSON5Error { JSON5Error(problem: problem, isSyntax: true) }

  private mutating func skipSpace() throws(JSON5Error) {
    while let (scalar, length) = scalar {
      if JSON5Parser.isSpace(scalar) {
        index += length
      } else if text[index...].starts(with: "//".utf8) {
        while let (scalar, length) = self.scalar, !JSON5Parser.endsLine(scalar) { index += length }
      } else if text[index...].starts(with: "/*".utf8) {
        let start = index
        index += 2
        while peek != nil, !text[index...].starts(with: "*/".utf8) { index += 1 }
        guard peek != nil else {
          throw mistake("the comment that begins at \(place(of: start)) is not closed")
        }
        index += 2
      } else {
        return
      }
    }
  }

  static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case " ", "\t", "\n", "\r", "\u{B}", "\u{C}", "\u{A0}", "\u{FEFF}", "\u{2028}", "\u{2029}": true
    default: scalar.value >= 0x80 && scalar.properties.generalCategory == .spaceSeparator
    }
  }

  static func endsLine(_ scalar: Unicode.Scalar) -> Bool {
    ["\n", "\r", "\u{2028}", "\u{2029}"].contains(scalar)
  }
}
