import Tensors

/// An error in a formula, and its place.
public struct FormulaError: Error, Hashable, CustomStringConvertible {
  /// The problem, in words.
  public let problem: String
  /// The whole formula.
  public let formula: String
  /// The place, counted in characters from 1.
  public let column: Int

  /// The problem, the line it is in, and a caret below the place.
  public var description: String {
    let before = formula.prefix(column - 1)
    let start = before.lastIndex(where: \.isNewline).map { formula.index(after: $0) }
    let line = String(formula[(start ?? formula.startIndex)...].prefix { !$0.isNewline })
    // A tab is as wide below as it is above.
    let margin = String(before[(start ?? before.startIndex)...]).visibleInLines
      .map { $0 == "\t" ? "\t" : " " }.joined()
    return """
      \(problem.visibleInLines), at column \(column) of
        \(line.visibleInLines)
        \(margin)^
      """
  }
}
