import Distillation
import Tensors

// Keys, numbers, and the few words that are values.

extension JSON5Parser {
  mutating func key() throws(JSON5Error) -> String {
    if let quote = peek, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
      return try quoted()
    }
    let start = index
    var name = ""
    while let (scalar, length) = scalar, !Self.endsWord(scalar) {
      if scalar == "\\" {
        index += 1
        guard peek == UInt8(ascii: "u") else { break }
        index += 1
        name.unicodeScalars.append(try escaped(from: index - 2))
      } else {
        name.unicodeScalars.append(scalar)
        index += length
      }
    }
    guard Self.isIdentifier(name) else {
      index = start
      throw mistake("the key '\(takeWord().visible)' at \(place(of: start)) needs quotes")
    }
    return name
  }

  private static func isIdentifier(_ name: String) -> Bool {
    guard let first = name.unicodeScalars.first, isLetter(first) else { return false }
    return name.unicodeScalars.allSatisfy { scalar in
      switch scalar.properties.generalCategory {
      case .nonspacingMark, .spacingMark, .decimalNumber, .connectorPunctuation: true
      default: isLetter(scalar) || scalar == "\u{200C}" || scalar == "\u{200D}"
      }
    }
  }

  private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
      .letterNumber:
      true
    default: scalar == "$" || scalar == "_"
    }
  }

  /// A number, `true`, `false` or `null`.
  mutating func word() throws(JSON5Error) -> Setting {
    let start = index
    let word = takeWord()
    switch word {
    case "true": return .boolean(true)
    case "false": return .boolean(false)
    case "null": return .none
    default: break
    }
    let sign = word.first == "-" || word.first == "+" ? word.first : nil
    do {
      let number = try Self.number(String(word.dropFirst(sign == nil ? 0 : 1)))
      return (sign == "-" ? number.negated : nil) ?? number
    } catch {
      let name = "'\(word.visible)' at \(place(of: start))"
      switch error {
      case .malformed: throw mistake("\(name) is no value; a text needs quotes")
      case .tooLarge:
        throw JSON5Error(
          problem: word.lowercased().contains("0x")
            ? "the number \(name) is too large; the largest in this form is 0xFFFFFFFFFFFFFFFF"
            : "the number \(name) is too large; the largest is \(Double.greatestFiniteMagnitude)",
          isSyntax: false)
      case .tooSmall:
        throw JSON5Error(
          problem: "the number \(name) is too small; the smallest above 0 is "
            + "\(Double.leastNonzeroMagnitude)",
          isSyntax: false)
      }
    }
  }

  private static func number(_ digits: String) throws(Setting.NumberProblem) -> Setting {
    if digits == "Infinity" { return .number(.infinity) }
    if digits == "NaN" { return .number(.nan) }
    if digits.hasPrefix("0x") || digits.hasPrefix("0X") {
      let hexadecimal = digits.dropFirst(2)
      guard !hexadecimal.isEmpty, hexadecimal.allSatisfy({ $0.isASCII && $0.isHexDigit }) else {
        throw .malformed
      }
      guard let number = UInt64(hexadecimal, radix: 16) else { throw .tooLarge }
      return Setting(whole: number)
    }
    // JSON5 has neither octal numbers nor others that look like them.
    let whole = digits.prefix { $0.isNumber }
    guard whole.first != "0" || whole.count == 1 else { throw .malformed }
    return try Setting(decimal: digits)
  }

  /// Takes the characters up to the next one that ends a word, at least one.
  private mutating func takeWord() -> String {
    let start = index
    index += scalar?.length ?? 0
    while let (scalar, length) = scalar, !Self.endsWord(scalar) { index += length }
    return String(decoding: text[start..<min(index, text.count)], as: UTF8.self)
  }

  private static func endsWord(_ scalar: Unicode.Scalar) -> Bool {
    "{}[]\"',:/".unicodeScalars.contains(scalar) || isSpace(scalar)
  }
}
