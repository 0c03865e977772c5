/// Finds where a text stops being JSON5, as far as brackets, texts, comments and commas show it.
///
/// Foundation reads the recipes, and does not say on every system where it stopped.
struct JSON5Scanner {
  private let characters: [Character]
  private var index = 0
  private var place = Place()
  private var open: [(bracket: Character, place: Place)] = []
  /// Whether a value or a key has just ended, so that no other can begin.
  private var isAfterValue = false
  private var isAfterColon = false
  private var isEmpty = true

  /// Counted from 1.
  private struct Place: CustomStringConvertible {
    var line = 1
    var column = 1

    var description: String { "line \(line), column \(column)" }
  }

  private struct Mistake: Error { let description: String }

  private init(_ text: String) { characters = Array(text) }

  /// What is wrong with a text and where, or `nil` where nothing of the kind is.
  static func problem(in text: String) -> String? {
    var scanner = JSON5Scanner(text)
    do {
      try scanner.scan()
      return scanner.isEmpty ? "the file is empty" : nil
    } catch {
      return error.description
    }
  }

  private mutating func scan() throws(Mistake) {
    while let character = peek() {
      switch character {
      case "{", "[":
        try beginValue()
        open.append((character, place))
        (isAfterValue, isAfterColon) = (false, false)
        advance()
      case "}", "]": try close(with: character)
      case "\"", "'": try skipText(endedBy: character)
      case "/" where peek(1) == "/": skip { !$0.isNewline }
      case "/" where peek(1) == "*": try skipComment()
      case ",", ":":
        (isAfterValue, isAfterColon, isEmpty) = (false, character == ":", false)
        advance()
      case _ where character.isWhitespace || character == "\u{FEFF}": advance()
      default: try skipWord()
      }
    }
    if let (bracket, place) = open.last {
      throw Mistake(description: "the '\(bracket)' at \(place) is not closed")
    }
  }

  private mutating func beginValue() throws(Mistake) {
    isEmpty = false
    if isAfterValue {
      throw Mistake(description: "a ',' or ':' is missing before \(place)")
    }
  }

  private mutating func close(with bracket: Character) throws(Mistake) {
    guard let last = open.popLast() else {
      throw Mistake(description: "the '\(bracket)' at \(place) closes nothing")
    }
    guard (last.bracket == "{") == (bracket == "}") else {
      throw Mistake(
        description: "the '\(bracket)' at \(place) does not close the '\(last.bracket)' at "
          + "\(last.place)")
    }
    isAfterValue = true
    advance()
  }

  private mutating func skipText(endedBy quote: Character) throws(Mistake) {
    try beginValue()
    let start = place
    advance()
    while let character = peek(), character != quote, !character.isNewline {
      // After a backslash, a quote or the end of a line belongs to the text.
      if character == "\\" { advance() }
      advance()
    }
    guard peek() == quote else {
      throw Mistake(description: "the text that begins at \(start) is not closed")
    }
    isAfterValue = true
    advance()
  }

  /// A key, a number, or one of the few words that are values.
  private mutating func skipWord() throws(Mistake) {
    try beginValue()
    let (start, first) = (place, index)
    advance()
    skip { !$0.isWhitespace && !"{}[]\"',:/".contains($0) }
    let word = String(characters[first..<index])
    let isKey = open.last?.bracket == "{" && !isAfterColon
    guard isKey || ["true", "false", "null"].contains(word) || Double(word) != nil else {
      throw Mistake(description: "'\(word)' at \(start) is no value; a text needs quotes")
    }
    isAfterValue = true
  }

  private mutating func skipComment() throws(Mistake) {
    let start = place
    advance(2)
    while peek() != nil, peek() != "*" || peek(1) != "/" { advance() }
    guard peek() != nil else {
      throw Mistake(description: "the comment that begins at \(start) is not closed")
    }
    advance(2)
  }

  // MARK: - Characters

  private func peek(_ distance: Int = 0) -> Character? {
    index + distance < characters.count ? characters[index + distance] : nil
  }

  private mutating func advance(_ count: Int = 1) {
    for character in characters[index...].prefix(count) {
      if character.isNewline {
        place = Place(line: place.line + 1, column: 1)
      } else {
        place.column += 1
      }
      index += 1
    }
  }

  private mutating func skip(while holds: (Character) -> Bool) {
    while let character = peek(), holds(character) { advance() }
  }
}
