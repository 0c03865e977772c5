/// A piece of Swift source, as far as reading declarations needs to tell pieces apart.
enum SwiftToken: Equatable {
  /// A keyword, a name or the digits of a number.
  case word(String)
  /// One line of a documentation comment, without its slashes.
  case documentation(String)
  /// A literal text, whatever it holds.
  case text
  case symbol(Character)
  case newline
}

/// Splits Swift source into tokens. Comments that are not documentation are left out.
struct SwiftTokens {
  private let source: [Character]
  private var index = 0
  private var tokens: [SwiftToken] = []

  static func of(_ source: String) -> [SwiftToken] {
    var scanner = SwiftTokens(source: Array(source))
    scanner.scan()
    return scanner.tokens
  }

  private init(source: [Character]) { self.source = source }

  private mutating func scan() {
    while index < source.count {
      let character = source[index]
      if starts("//") {
        lineComment()
      } else if starts("/*") {
        blockComment()
      } else if character == "\"" || character == "#" && startsRawText {
        skipText()
        tokens.append(.text)
      } else if character.isNewline {
        index += 1
        tokens.append(.newline)
      } else if Self.isWord(character) || character == "`" {
        word()
      } else {
        index += 1
        if !character.isWhitespace { tokens.append(.symbol(character)) }
      }
    }
  }

  private static func isWord(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || character == "_"
  }

  private func starts(_ text: String) -> Bool { source[index...].starts(with: text) }

  private var startsRawText: Bool {
    source[index...].drop { $0 == "#" }.first == "\""
  }

  private mutating func word() {
    let start = index
    while index < source.count, Self.isWord(source[index]) || source[index] == "`" { index += 1 }
    tokens.append(.word(String(source[start..<index].filter { $0 != "`" })))
  }

  private mutating func lineComment() {
    let end = source[index...].firstIndex { $0.isNewline } ?? source.count
    let line = String(source[index..<end])
    if line.hasPrefix("///"), !line.hasPrefix("////") {
      tokens.append(.documentation(trimmed(line.dropFirst(3))))
    }
    index = end
  }

  private mutating func blockComment() {
    let start = index
    var depth = 0
    repeat {
      if starts("/*") { depth += 1 }
      if starts("*/") { depth -= 1 }
      index += starts("/*") || starts("*/") ? 2 : 1
    } while depth > 0 && index < source.count
    let comment = String(source[start..<min(index, source.count)])
    guard comment.hasPrefix("/**"), comment.count > 4 else { return }
    for line in comment.dropFirst(3).dropLast(2).split(whereSeparator: \.isNewline) {
      let line = trimmed(line)
      tokens.append(.documentation(trimmed(line.drop { $0 == "*" })))
    }
  }

  private func trimmed(_ text: some StringProtocol) -> String {
    String(text.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
  }

  /// A literal text with its delimiters, and the expressions within it.
  private mutating func skipText() {
    let hashes = source[index...].prefix { $0 == "#" }.count
    index += hashes
    let quotes = starts("\"\"\"") ? "\"\"\"" : "\""
    let end = quotes + String(repeating: "#", count: hashes)
    let escape = "\\" + String(repeating: "#", count: hashes)
    index += quotes.count
    while index < source.count, !starts(end) {
      if starts(escape + "(") {
        index += escape.count
        skipExpression()
      } else {
        index += starts(escape) ? escape.count + 1 : 1
      }
    }
    index += end.count
  }

  /// What stands in parentheses within a text.
  private mutating func skipExpression() {
    var depth = 0
    repeat {
      switch source[index] {
      case "(": depth += 1
      case ")": depth -= 1
      case "\"":
        skipText()
        continue
      default: break
      }
      index += 1
    } while depth > 0 && index < source.count
  }
}
