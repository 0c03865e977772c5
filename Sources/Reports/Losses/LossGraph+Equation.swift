package import Distillation

extension LossGraph {
  /// The equation of a term, if it has one.
  package func equation(of term: Summand) -> String? {
    switch term.settings {
    case let named as any NamedTerm: return type(of: named).equation
    case is Adaptive.Settings: return Adaptive.equation
    default: return term.matches.first.map { MatchText($0.match, in: self).equation }
    }
  }
}
