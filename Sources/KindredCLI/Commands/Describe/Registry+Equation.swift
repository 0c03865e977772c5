import Distillation

extension Registry {
  /// The equation of a term of a loss, where it has one.
  func equation(of term: LossGraph.Summand) -> String? {
    let name = String(term.formula.prefix { $0 != "(" })
    if name == Adaptive.name { return Adaptive.equation }
    guard name == MatchText.name, let part = term.parts.first else {
      return terms[name]?.equation
    }
    return MatchText.equation(of: part)
  }
}
