// Texts in quotes, and the escapes in them.

extension JSON5Parser {
  mutating func quoted() throws(JSON5Error) -> String {
    let (start, quote) = (index, text[index])
    index += 1
    var content: [UInt8] = []
    while let byte = peek, byte != quote, byte != UInt8(ascii: "\n"), byte != UInt8(ascii: "\r") {
      if byte == UInt8(ascii: "\\") {
        if let scalar = try escape() { content += String(scalar).utf8 }
      } else {
        content.append(byte)
        index += 1
      }
    }
    guard peek == quote else {
      throw mistake("the text that begins at \(place(of: start)) is not closed")
    }
    index += 1
    return String(decoding: content, as: UTF8.self)
  }

  /// The character that an escape stands for; `nil` for a line break, which the text skips.
  private mutating func escape() throws(JSON5Error) -> Unicode.Scalar? {
    let start = index
    index += 1
    guard let (scalar, length) = scalar else { return nil }
    index += length
    switch scalar {
    case "b": return "\u{8}"
    case "f": return "\u{C}"
    case "n": return "\n"
    case "r": return "\r"
    case "t": return "\t"
    case "v": return "\u{B}"
    case "0":
      guard let next = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(next) else {
        return "\0"
      }
      throw meaningless(start, "\\0 and a digit")
    case "x": return Unicode.Scalar(try hexadecimal(2, from: start))
    case "u": return try escaped(from: start)
    case "\r":
      if peek == UInt8(ascii: "\n") { index += 1 }
      return nil
    case _ where Self.endsLine(scalar): return nil
    case _ where scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)):
      throw meaningless(start, "\\\(scalar)")
    default: return scalar
    }
  }

  private func meaningless(_ start: Int, _ escape: String) -> JSON5Error {
    mistake("'\(escape)' at \(place(of: start)) means nothing; a backslash in a text is '\\\\'")
  }

  /// The character given by the digits behind `\u`. If they are the first half of a pair, the
  /// second half is read too.
  mutating func escaped(from start: Int) throws(JSON5Error) -> Unicode.Scalar {
    let first = try hexadecimal(4, from: start)
    if let scalar = Unicode.Scalar(first) { return scalar }
    let half = mistake("the escape at \(place(of: start)) is half of a character")
    guard first < 0xDC00, text[index...].starts(with: "\\u".utf8) else { throw half }
    index += 2
    let second = try hexadecimal(4, from: index - 2)
    guard (0xDC00..<0xE000).contains(second),
      let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + second - 0xDC00)
    else { throw half }
    return scalar
  }

  private mutating func hexadecimal(
    _ count: Int, from start: Int
  ) throws(JSON5Error) -> UInt32 {
    let digits = String(decoding: text[index...].prefix(count), as: UTF8.self)
    guard digits.count == count, digits.allSatisfy({ $0.isASCII && $0.isHexDigit }),
      let value = UInt32(digits, radix: 16)
    else {
      throw mistake("the escape at \(place(of: start)) needs \(count) hexadecimal digits")
    }
    index += count
    return value
  }
}
