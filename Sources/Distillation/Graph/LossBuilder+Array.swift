/// The sum of as many terms as a loop makes.
public struct SumOfEach<Term: LossTerm>: LossTerm {
  let terms: [Term]

  public func _append(to graph: inout LossGraph, weight: Double) {
    for term in terms { term._append(to: &graph, weight: weight) }
  }
}

extension LossBuilder {
  /// Reads a loop as Σ: `for τ in temperatures { … }`.
  public static func buildArray<Term: LossTerm>(_ terms: [Term]) -> SumOfEach<Term> {
    SumOfEach(terms: terms)
  }
}
