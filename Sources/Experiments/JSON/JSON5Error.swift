/// A problem with a text that should be JSON5 or JSON, with line and column.
struct JSON5Error: Error, Hashable {
  let problem: String
  /// Whether the text breaks the grammar. Otherwise it is grammatical but cannot be meant.
  let isSyntax: Bool

  /// The problem; if the text breaks the grammar, preceded by the format that it is not.
  func text(_ format: String) -> String { isSyntax ? "not \(format): \(problem)" : problem }
}

/// A place in a text, counted in characters from 1.
struct TextPlace: Hashable, CustomStringConvertible {
  private(set) var line: Int
  private(set) var column = 1

  /// The place behind some bytes of a text. The text's first line has the number `firstLine`.
  init(after bytes: some Collection<UInt8>, firstLine: Int = 1) {
    line = firstLine
    for character in String(decoding: bytes, as: UTF8.self) {
      if character.isNewline {
        (line, column) = (line + 1, 1)
      } else {
        column += 1
      }
    }
  }

  var description: String { "line \(line), column \(column)" }
}
