import Foundation

/// Checks that the bytes of a file are text and converts them to UTF-8. Foundation's decoders end
/// the process on some bytes that are not text.
enum TextDecoding {
  /// The text without its byte order mark. UTF-16 and UTF-32 are recognised by their marks, or by
  /// the zeros around the first character, which is ASCII in JSON.
  ///
  /// - Throws: ``JSON5Error`` with the place of the first byte that is not text.
  static func utf8(_ data: Data, firstLine: Int = 1) throws(JSON5Error) -> [UInt8] {
    let bytes = Array(data)
    switch Array(bytes.prefix(4)) {
    case let first where first.starts(with: [0xEF, 0xBB, 0xBF]):
      return try checked(Array(bytes.dropFirst(3)), firstLine)
    case [0xFF, 0xFE, 0, 0]: return try wide(bytes.dropFirst(4), 4, isBig: false)
    case [0, 0, 0xFE, 0xFF]: return try wide(bytes.dropFirst(4), 4, isBig: true)
    case let first where first.starts(with: [0xFF, 0xFE]):
      return try wide(bytes.dropFirst(2), 2, isBig: false)
    case let first where first.starts(with: [0xFE, 0xFF]):
      return try wide(bytes.dropFirst(2), 2, isBig: true)
    case let first where first.count == 4 && first[..<3] == [0, 0, 0]:
      return try wide(bytes[...], 4, isBig: true)
    case let first where first.count == 4 && first[0] != 0 && first[1...] == [0, 0, 0]:
      return try wide(bytes[...], 4, isBig: false)
    case let first where first.count > 1 && first[0] == 0 && first[1] != 0:
      return try wide(bytes[...], 2, isBig: true)
    case let first where first.count > 1 && first[0] != 0 && first[1] == 0:
      return try wide(bytes[...], 2, isBig: false)
    default: return try checked(bytes, firstLine)
    }
  }

  private static func checked(
    _ bytes: [UInt8], _ firstLine: Int
  ) throws(JSON5Error) -> [UInt8] {
    if String(validating: bytes, as: UTF8.self) != nil { return bytes }
    var (parser, rest, count) = (Unicode.UTF8.ForwardParser(), bytes.makeIterator(), 0)
    while case .valid(let character) = parser.parseScalar(from: &rest) { count += character.count }
    let byte = String(bytes[count], radix: 16, uppercase: true)
    throw JSON5Error(
      problem:
        "the byte 0x\(byte) at \(TextPlace(after: bytes[..<count], firstLine: firstLine)) is "
        + "not UTF-8; save the file as UTF-8",
      isSyntax: false)
  }

  /// Converts units of two or four bytes to UTF-8.
  private static func wide(
    _ bytes: ArraySlice<UInt8>, _ size: Int, isBig: Bool
  ) throws(JSON5Error) -> [UInt8] {
    let format = "UTF-\(8 * size)"
    let units = stride(from: bytes.startIndex, to: bytes.endIndex - size + 1, by: size).map {
      let unit = bytes[$0..<$0 + size]
      return (isBig ? Array(unit) : unit.reversed()).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    }
    var text: [UInt8] = []
    var isWhole = bytes.count.isMultiple(of: size)
    if size == 2 {
      var (parser, rest) = (
        Unicode.UTF16.ForwardParser(), units.lazy.map { UInt16($0) }.makeIterator()
      )
      reading: while true {
        switch parser.parseScalar(from: &rest) {
        case .valid(let character):
          text += String(Unicode.UTF16.decode(character)).utf8
        case .emptyInput: break reading
        case .error:
          isWhole = false
          break reading
        }
      }
    } else {
      for unit in units {
        guard let scalar = Unicode.Scalar(unit) else {
          isWhole = false
          break
        }
        text += String(scalar).utf8
      }
    }
    guard isWhole else {
      throw JSON5Error(
        problem: "what follows \(TextPlace(after: text)) is not \(format); save the file as UTF-8",
        isSyntax: false)
    }
    return text
  }
}
