/// Reads each line as a summand, as in `LossGraph { … }` and in the body of a paper.
///
/// A line is a term, or a sum of terms, with a number before or behind it. `if` and `switch` choose
/// between terms, and `for` adds up the terms of a loop.
@resultBuilder
public enum LossBuilder {
  /// Reads a line as a term.
  public static func buildExpression<Term: LossTerm>(_ term: Term) -> Term { term }

  /// Refuses a line that names a type.
  @available(*, unavailable, message: "a term is made with parentheses: KD()")
  public static func buildExpression<Term: LossTerm>(_ type: Term.Type) -> Never { fatalError() }

  /// Refuses a line that is a text.
  @available(*, unavailable, message: "a line is a term; Registry.linked.loss(…) reads a formula")
  public static func buildExpression(_ formula: String) -> Never { fatalError() }

  /// Refuses a line that gives no term.
  @available(*, unavailable, message: "a line is a term, such as KD()")
  public static func buildExpression(_ nothing: ()) -> Never { fatalError() }

  /// Refuses a line that is only a number.
  @available(*, unavailable, message: "a number is a weight and not a term: 2 * KD()")
  public static func buildExpression(_ number: some LossFactor) -> Never {
    fatalError("\(number)")
  }

  /// Refuses a block without a line.
  @available(*, unavailable, message: "a loss needs a term")
  public static func buildBlock() -> Never { fatalError("no term") }

  /// Reads the first line.
  public static func buildPartialBlock<Term: LossTerm>(first: Term) -> Term { first }

  /// Adds the next line.
  public static func buildPartialBlock<A: LossTerm, B: LossTerm>(
    accumulated: A, next: B
  ) -> Sum<A, B> {
    Sum(a: accumulated, b: next)
  }

  /// Reads a loop as Σ: `for τ in temperatures { … }`.
  public static func buildArray<Term: LossTerm>(_ terms: [Term]) -> SumOfEach<Term> {
    SumOfEach(terms: terms)
  }

  /// Reads an `if` without an `else`, which otherwise has no term.
  public static func buildOptional<Term: LossTerm>(_ term: Term?) -> SumOfEach<Term> {
    SumOfEach(terms: term.map { [$0] } ?? [])
  }

  /// Reads a choice between two variants of a loss: `if unbiased { … } else { … }`.
  public static func buildEither<A: LossTerm, B: LossTerm>(first: A) -> EitherTerm<A, B> {
    .first(first)
  }

  /// Reads the other variant.
  public static func buildEither<A: LossTerm, B: LossTerm>(second: B) -> EitherTerm<A, B> {
    .second(second)
  }
}

/// The sum of as many terms as a loop makes.
public struct SumOfEach<Term: LossTerm>: LossTerm {
  let terms: [Term]

  public func _append(to graph: inout LossGraph, weight: Double) {
    for term in terms { term._append(to: &graph, weight: weight) }
  }
}

/// One of two terms, as a setting chooses.
public enum EitherTerm<A: LossTerm, B: LossTerm>: LossTerm {
  /// The term of the first branch.
  case first(A)
  /// The term of the other branch.
  case second(B)

  public func _append(to graph: inout LossGraph, weight: Double) {
    switch self {
    case .first(let term): term._append(to: &graph, weight: weight)
    case .second(let term): term._append(to: &graph, weight: weight)
    }
  }
}
