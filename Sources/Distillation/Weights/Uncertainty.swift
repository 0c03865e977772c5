/// Several terms whose weights are learned with the student. Each term is divided by twice a variance, and
/// a large variance has a price.
///
///     L = Σₖ ½ e^(−sₖ) ℓₖ + ½ sₖ,  sₖ = log σₖ²
///
/// Kendall, Gal and Cipolla, "Multi-Task Learning Using Uncertainty to Weigh Losses for Scene
/// Geometry and Semantics", CVPR 2018: their loss of regression tasks, for terms of any kind. sₖ begins
/// at 0, and it settles at log ℓₖ if ℓₖ stays as it is. The terms must not be negative.
///
///     Uncertainty {
///       CrossEntropy()
///       KD()
///     }
public struct Uncertainty: LossTerm, Weighting {
  public static let name = "uncertainty"
  public static let equation = "L = Σₖ ½ e^(−sₖ) ℓₖ + ½ sₖ,  sₖ is learned, at first 0"
  package static let call = "uncertainty(term, term, …)"
  package static let kind = "sum of terms"
  package static let takes = "two terms or more, none negative: uncertainty(ce, kd)"
  package typealias Settings = NoSettings

  let terms: [any LossTerm]

  /// Makes the sum of two terms or more, one on each line. Each line has a weight. None of them may share
  /// out weights itself, as `Uncertainty` and ``GradientNorm`` do.
  public init(@TermListBuilder _ terms: () -> [any LossTerm]) {
    self.init(NoSettings(), terms())
  }

  /// Makes the sum of two terms or more. None of them may share out weights itself, as `Uncertainty` and
  /// ``GradientNorm`` do.
  public init(_ terms: any LossTerm...) {
    self.init(NoSettings(), terms)
  }

  package init(_ settings: NoSettings, _ terms: [any LossTerm]) {
    self.terms = terms
  }

  public func _append(to graph: inout LossGraph, weight: Double) {
    graph.append(.uncertainty, of: terms, weight: weight)
  }
}
