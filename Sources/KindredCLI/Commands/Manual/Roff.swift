/// A page in the language of `man`, built line by line.
struct Roff {
  private(set) var source = ""

  /// A request and its arguments, each in quotes.
  mutating func macro(_ name: String, _ arguments: String...) {
    let words = arguments.map { "\"\(Self.escaped($0).replacing("\"", with: "\\(dq"))\"" }
    source += ([".\(name)"] + words).joined(separator: " ") + "\n"
  }

  mutating func section(_ title: String) { macro("SH", title) }

  mutating func subsection(_ title: String) { macro("SS", title) }

  mutating func paragraph() { source += ".PP\n" }

  /// Text that is filled into lines.
  mutating func text(_ text: String) { source += Self.line(text) + "\n" }

  /// Bold words, then others.
  mutating func bold(_ words: String, then rest: String) {
    macro("B", words)
    if !rest.isEmpty { text(rest) }
  }

  /// A term in bold, and below it what it is.
  mutating func item(_ term: String, _ text: String) {
    source += ".TP\n"
    macro("B", term)
    self.text(text)
  }

  /// Paragraphs, in which indented lines stand as they are.
  mutating func discussion(_ text: String) {
    var isLiteral = false
    var isAfterBlank = false
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      guard !line.isEmpty else {
        isAfterBlank = true
        continue
      }
      if isLiteral != line.hasPrefix("  ") {
        isLiteral.toggle()
        source += isLiteral ? ".PP\n.RS 2\n.nf\n" : ".fi\n.RE\n"
        if !isLiteral { source += ".PP\n" }
      } else if isAfterBlank {
        source += ".PP\n"
      }
      isAfterBlank = false
      self.text(isLiteral ? String(line.dropFirst(2)) : String(line))
    }
    if isLiteral { source += ".fi\n.RE\n" }
  }

  /// Text that begins a line, where a dot or an apostrophe would begin a request.
  private static func line(_ text: String) -> String {
    let escaped = escaped(text)
    return escaped.hasPrefix(".") ? "\\&" + escaped : escaped
  }

  /// Text in ASCII, in which every character means itself.
  private static func escaped(_ text: String) -> String {
    text.reduce(into: "") { escaped, character in
      switch character {
      case "\\": escaped += "\\e"
      case "-": escaped += "\\-"
      case "'": escaped += "\\(aq"
      case "`": escaped += "\\(ga"
      case "^": escaped += "\\(ha"
      case "~": escaped += "\\(ti"
      case _ where character.isASCII: escaped.append(character)
      default:
        let scalars = character.unicodeScalars.map { scalar in
          let digits = String(scalar.value, radix: 16, uppercase: true)
          return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        }
        escaped += "\\[u\(scalars.joined(separator: "_"))]"
      }
    }
  }
}
