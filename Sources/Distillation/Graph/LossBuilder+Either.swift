/// One of two terms, as a setting chooses.
public enum EitherTerm<A: LossTerm, B: LossTerm>: LossTerm {
  case first(A)
  case second(B)

  public typealias Body = Never

  public func _append(to graph: inout LossGraph, weight: Double) {
    switch self {
    case .first(let term): term._append(to: &graph, weight: weight)
    case .second(let term): term._append(to: &graph, weight: weight)
    }
  }
}

extension LossBuilder {
  /// Reads a choice between two variants of a loss: `if unbiased { … } else { … }`.
  public static func buildEither<A: LossTerm, B: LossTerm>(first: A) -> EitherTerm<A, B> {
    .first(first)
  }

  public static func buildEither<A: LossTerm, B: LossTerm>(second: B) -> EitherTerm<A, B> {
    .second(second)
  }
}
