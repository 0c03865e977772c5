/// An error of another type than ``DistillationError`` that a part of a term threw, such as knowledge of
/// your own.
public struct TermError: Error, CustomStringConvertible {
  /// The name of the term.
  public let term: String
  /// The error as the part threw it.
  public let cause: any Error

  public var description: String { "\(term): \(cause)" }
}
