extension ParameterExtractor {
  /// Comments as the Swift literal of a dictionary, sorted, in lines of at most 100 columns. The
  /// line that the literal begins on is `indentation` columns from the margin.
  package static func literal(_ comments: ParameterComments, indentation: Int = 0) -> String {
    guard !comments.isEmpty else { return "[:]" }
    let margin = String(repeating: " ", count: indentation)
    let types = comments.sorted { $0.key < $1.key }.map { type, properties in
      let entries = properties.sorted { $0.key < $1.key }.map { name, text in
        entry(name, text, margin: margin + "    ")
      }
      return "\(margin)  \"\(type)\": [\n\(list(entries))\(margin)  ]"
    }
    return "[\n\(list(types))\(margin)]"
  }

  /// Elements one below the other. `swift format` wants no comma behind a single one.
  private static func list(_ elements: [String]) -> String {
    elements.joined(separator: ",\n") + (elements.count > 1 ? ",\n" : "\n")
  }

  /// `"name": "text"` in one line, or with the text in several if it is long.
  private static func entry(_ name: String, _ text: String, margin: String) -> String {
    let text = text.replacing("\\", with: "\\\\")
    let short = "\(margin)\"\(name)\": \"\(text.replacing("\"", with: "\\\""))\""
    guard short.count > 99 else { return short }
    var lines: [String] = []
    for word in text.split(separator: " ") {
      // A line ends with a space and a backslash.
      if let line = lines.last, margin.count + line.count + 1 + word.count + 2 <= 100 {
        lines[lines.count - 1] = "\(line) \(word)"
      } else {
        lines.append(String(word))
      }
    }
    let body = lines.map { margin + $0 }.joined(separator: " \\\n")
    return "\(margin)\"\(name)\": \"\"\"\n\(body)\n\(margin)\"\"\""
  }
}
