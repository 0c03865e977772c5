/// The list `papers` of Kindred's Package.swift, and its other names.
struct ManifestPapers {
  let names: [String]
  /// What stands behind `name:`.
  let targets: [String]
  private let before, after: Substring

  /// `nil` where the text has no such list.
  init?(_ text: String) {
    guard let list = text.firstMatch(of: /let papers = \[([^\]]*)\]/) else { return nil }
    names = list.1.matches(of: /"(\w+)"/).map { String($0.1) }
    targets = text.matches(of: /name: "(\w+)"/).map { String($0.1) }
    (before, after) = (text[..<list.range.lowerBound], text[list.range.upperBound...])
  }

  /// The manifest with one more paper, in alphabetical order and broken as swift-format does.
  func adding(_ name: String) -> String {
    let quoted = (names + [name]).sorted().map { "\"\($0)\"" }
    let line = "let papers = [\(quoted.joined(separator: ", "))]"
    guard line.count > 100 else { return before + line + after }
    var lines: [String] = []
    for word in quoted.map({ $0 + "," }) {
      if let last = lines.last, last.count + 1 + word.count <= 100 {
        lines[lines.count - 1] = "\(last) \(word)"
      } else {
        lines.append("  \(word)")
      }
    }
    return before + "let papers = [\n\(lines.joined(separator: "\n"))\n]" + after
  }
}
