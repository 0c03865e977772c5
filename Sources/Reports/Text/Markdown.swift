import Distillation
import Tensors

/// Shows other people's text letter by letter in Markdown (CommonMark and GitHub's tables).
enum Markdown {
  /// Text within a line. Nothing in it acts as markup, a tag, an entity or the edge of a cell.
  static func text(_ text: String) -> String {
    let scalars = Array(line(text).unicodeScalars)
    var escaped = String.UnicodeScalarView()
    for (index, scalar) in scalars.enumerated() {
      let isWithinWord =
        index > 0 && index + 1 < scalars.count
        && isWord(scalars[index - 1]) && isWord(scalars[index + 1])
      // An underscore within a word, as in an address, stays an underscore.
      if "\\`*<[]|~&#$".unicodeScalars.contains(scalar) || scalar == "_" && !isWithinWord {
        escaped.append("\\")
      }
      escaped.append(scalar)
    }
    return String(escaped)
  }

  /// Text as code, between more backticks than occur in a row within it. In a table's cell, a bar
  /// needs a backslash even inside code.
  static func code(_ text: String, inTable: Bool = false) -> String {
    let line = line(text)
    let longest = line.split { $0 != "`" }.map { (run: Substring) in run.count }.max() ?? 0
    let fence = String(repeating: "`", count: longest + 1)
    let space = line.hasPrefix("`") || line.hasSuffix("`") ? " " : ""
    return fence + space + (inTable ? line.replacing("|", with: "\\|") : line) + space + fence
  }

  /// The text on one line, without characters that a terminal would obey.
  private static func line(_ text: String) -> String {
    text.split(omittingEmptySubsequences: false) { $0.isNewline }.joined(separator: " ").visible
  }

  private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isAlphabetic || scalar.properties.numericType != nil
  }
}
