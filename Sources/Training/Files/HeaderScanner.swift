/// Reads the text of a file's header: the part of JSON, and of Python's literals, that they use.
struct HeaderScanner {
  private let bytes: [UInt8]
  private(set) var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The next byte after white space, or `nil` at the end.
  mutating func peek() -> UInt8? {
    while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) {
      position += 1
    }
    return position < bytes.count ? bytes[position] : nil
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
    let digits = bytes[position...].prefix { (0x30...0x39).contains($0) }
    guard let first = digits.first, first != 0x30 || digits.count == 1 else {
      throw unexpected("a whole number")
    }
    guard let value = Int(String(decoding: digits, as: UTF8.self)) else {
      throw unexpected("a number below 2⁶³")
    }
    position += digits.count
    return value
  }

  /// Steps over a string between quotation marks, any of `quotes`.
  mutating func string(quotes: String.UnicodeScalarView = "\"".unicodeScalars) throws -> String {
    guard let quote = peek(), quotes.contains(Unicode.Scalar(quote)) else {
      throw unexpected("a string")
    }
    position += 1
    var content: [UInt8] = []
    while position < bytes.count, bytes[position] != quote {
      let byte = bytes[position]
      guard byte >= 0x20 else { throw unexpected("no control character in a string") }
      position += 1
      if byte == UInt8(ascii: "\\") {
        content.append(contentsOf: Array(String(try escape()).utf8))
      } else {
        content.append(byte)
      }
    }
    guard position < bytes.count else { throw unexpected("the end of a string") }
    position += 1
    guard let text = String(validating: content, as: UTF8.self) else {
      throw FormatProblem.malformed("the header has a string before byte \(position) not in UTF-8")
    }
    return text
  }

  /// The character that an escape stands for, from after its backslash.
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
    default: throw unexpected("an escape of JSON")
    }
  }

  private mutating func hexadecimal() throws -> UInt16 {
    let digits = bytes[position...].prefix(4)
    guard digits.count == 4, digits.allSatisfy({ Unicode.Scalar($0).properties.isASCIIHexDigit }),
      let value = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw unexpected("four hexadecimal digits") }
    position += 4
    return value
  }

  /// The problem of not finding what had to come next.
  func unexpected(_ wanted: String) -> FormatProblem {
    let found =
      position < bytes.count
      ? "'\(Unicode.Scalar(bytes[position]).escaped(asASCII: true))'" : "its end"
    return .malformed("the header has \(found) at byte \(position) where \(wanted) must stand")
  }
}
