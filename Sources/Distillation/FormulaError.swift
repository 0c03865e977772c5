/// What is wrong with a formula, and where.
public struct FormulaError: Error, Hashable, CustomStringConvertible {
  public let problem: String
  public let formula: String
  /// Counted in characters from 1.
  public let column: Int

  public var description: String {
    """
    \(problem), at column \(column) of
      \(formula)
      \(String(repeating: " ", count: column - 1))^
    """
  }
}
