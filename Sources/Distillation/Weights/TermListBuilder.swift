/// Reads each line as a term of its own, as in `Uncertainty { … }`.
///
/// A line is a term, or a sum of terms, with a number before or behind it. `if` and `switch` choose
/// between terms, and `for` makes a term of each turn of a loop.
@resultBuilder
public enum TermListBuilder {
  /// Reads a line as a term.
  public static func buildExpression(_ term: some LossTerm) -> [any LossTerm] { [term] }

  /// Refuses a line that names a type.
  @available(*, unavailable, message: "a term is made with parentheses: KD()")
  public static func buildExpression<Term: LossTerm>(_ type: Term.Type) -> [any LossTerm] {
    fatalError()
  }

  /// Refuses a line that is a text.
  @available(*, unavailable, message: "a line is a term; Registry.linked.loss(…) reads a formula")
  public static func buildExpression(_ formula: String) -> [any LossTerm] { fatalError() }

  /// Refuses a line that gives no term.
  @available(*, unavailable, message: "a line is a term, such as KD()")
  public static func buildExpression(_ nothing: ()) -> [any LossTerm] { fatalError() }

  /// Refuses a line that is only a number.
  @available(*, unavailable, message: "a number is a weight and not a term: 2 * KD()")
  public static func buildExpression(_ number: some LossFactor) -> [any LossTerm] {
    fatalError("\(number)")
  }

  /// Lists the terms of all lines.
  public static func buildBlock(_ lines: [any LossTerm]...) -> [any LossTerm] {
    lines.flatMap { $0 }
  }

  /// Lists the terms of a loop.
  public static func buildArray(_ turns: [[any LossTerm]]) -> [any LossTerm] {
    turns.flatMap { $0 }
  }

  /// Reads an `if` without an `else`, which otherwise has no term.
  public static func buildOptional(_ terms: [any LossTerm]?) -> [any LossTerm] { terms ?? [] }

  /// Reads the first branch of a choice.
  public static func buildEither(first: [any LossTerm]) -> [any LossTerm] { first }

  /// Reads the other branch of a choice.
  public static func buildEither(second: [any LossTerm]) -> [any LossTerm] { second }
}
