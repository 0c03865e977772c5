/// Reads the text of a file's header: the part of JSON and of Python's literals that headers use.
struct HeaderScanner {
  private let bytes: [UInt8]
  private(set) var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The next byte after white space, or `nil` at the end.
  mutating func peek() -> UInt8? {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x09, 0x0A, 0x0D: position += 1
      case let byte: return byte
      }
    }
    return nil
  }

  /// Steps over `character` if it is next.
  mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard let byte = peek(), UInt32(byte) == character.value else { return false }
    position += 1
    return true
  }

  /// Steps over `character`, which must be next.
  mutating func expect(_ character: Unicode.Scalar) throws {
    guard take(character) else { throw unexpected("'\(character)'") }
  }

  /// Steps over a word of ASCII letters and returns it.
  mutating func word() throws -> String {
    _ = peek()
    let letters = bytes[position...].prefix { (0x41...0x5A).contains($0 & 0xDF) }
    guard !letters.isEmpty else { throw unexpected("a word") }
    position += letters.count
    return String(decoding: letters, as: UTF8.self)
  }

  /// Steps over a whole number that is not negative.
  mutating func integer() throws -> Int {
    _ = peek()
    var (value, end) = (0, position)
    while end < bytes.count, case let digit = Int(bytes[end]) - 0x30, (0...9).contains(digit) {
      let (tens, isTooLarge) = value.multipliedReportingOverflow(by: 10)
      let (sum, overflows) = tens.addingReportingOverflow(digit)
      guard !isTooLarge, !overflows else { throw unexpected("a number below 2⁶³") }
      (value, end) = (sum, end + 1)
    }
    guard end > position, bytes[position] != 0x30 || end == position + 1 else {
      throw unexpected("a whole number")
    }
    position = end
    return value
  }

  /// Steps over a string between two equal quotation marks, either of `quotes`.
  mutating func string(quotes: String.UnicodeScalarView = "\"".unicodeScalars) throws -> String {
    guard let quote = peek(), quotes.contains(Unicode.Scalar(quote)) else {
      throw unexpected("a string")
    }
    position += 1
    let start = position
    try stepOverPlain(until: quote)
    // Most strings have no escape and are decoded in place.
    guard position < bytes.count, bytes[position] == UInt8(ascii: "\\") else {
      return try end(of: bytes[start..<position])
    }
    var content = Array(bytes[start..<position])
    while position < bytes.count, bytes[position] != quote {
      if bytes[position] == UInt8(ascii: "\\") {
        position += 1
        content.append(contentsOf: UTF8.encode(try escape()) ?? .init())
      } else {
        let plain = position
        try stepOverPlain(until: quote)
        content.append(contentsOf: bytes[plain..<position])
      }
    }
    return try end(of: content[...])
  }

  /// Steps over the bytes that stand for themselves.
  private mutating func stepOverPlain(until quote: UInt8) throws {
    while position < bytes.count, bytes[position] != quote,
      bytes[position] != UInt8(ascii: "\\")
    {
      guard bytes[position] >= 0x20 else { throw unexpected("no control character in a string") }
      position += 1
    }
  }

  /// Steps over the quotation mark after a string, and returns the string.
  private mutating func end(of content: ArraySlice<UInt8>) throws -> String {
    guard position < bytes.count else { throw unexpected("the end of a string") }
    position += 1
    guard let text = String(validating: content, as: UTF8.self) else {
      throw FormatProblem.malformed("the header has a string before byte \(position) not in UTF-8")
    }
    return text
  }

  /// The character that an escape stands for. The scanner is just behind the backslash.
  private mutating func escape() throws -> Unicode.Scalar {
    guard position < bytes.count else { throw unexpected("the end of a string") }
    position += 1
    switch Unicode.Scalar(bytes[position - 1]) {
    case "n": return "\n"
    case "t": return "\t"
    case "r": return "\r"
    case "b": return "\u{8}"
    case "f": return "\u{C}"
    case "\"", "\\", "/", "'": return Unicode.Scalar(bytes[position - 1])
    case "u":
      let unit = try hexadecimal()
      guard UTF16.isLeadSurrogate(unit) else {
        guard let scalar = Unicode.Scalar(unit) else { throw unexpected("a character") }
        return scalar
      }
      guard bytes[position...].starts(with: Array("\\u".utf8)) else {
        throw unexpected("the second half of a character")
      }
      position += 2
      let trail = try hexadecimal()
      guard UTF16.isTrailSurrogate(trail) else {
        throw unexpected("the second half of a character")
      }
      return UTF16.decode(UTF16.EncodedScalar([unit, trail]))
    default:
      position -= 1
      throw unexpected("an escape of JSON")
    }
  }

  private mutating func hexadecimal() throws -> UInt16 {
    guard position + 4 <= bytes.count else { throw unexpected("four hexadecimal digits") }
    var value: UInt16 = 0
    for byte in bytes[position..<position + 4] {
      let digit: UInt8
      switch byte {
      case 0x30...0x39: digit = byte - 0x30
      case 0x41...0x46: digit = byte - 0x41 + 10
      case 0x61...0x66: digit = byte - 0x61 + 10
      default: throw unexpected("four hexadecimal digits")
      }
      value = value << 4 | UInt16(digit)
    }
    position += 4
    return value
  }

  /// The problem of finding something else than `wanted` at this place.
  func unexpected(_ wanted: String) -> FormatProblem {
    let found =
      position < bytes.count
      ? "'\(Unicode.Scalar(bytes[position]).escaped(asASCII: true))'" : "its end"
    return .malformed("the header has \(found) at byte \(position) where \(wanted) must stand")
  }
}
