/// Several terms that pull equally hard: the weight of each is inverse to the norm of its gradient at the
/// student's outputs, all outputs together.
///
///     L = Σₖ wₖ ℓₖ,  wₖ = K ‖∇ₖ‖⁻¹ / Σⱼ ‖∇ⱼ‖⁻¹,  ∇ₖ = ∂ℓₖ/∂outputs
///
/// The weights are constants of the step and average 1. A term whose gradient is 0 has weight 1,
/// and the others average 1 without it.
///
/// This is the aim of Chen, Badrinarayanan, Lee and Rabinovich, "GradNorm", ICML 2018, reached at each
/// step. Their method learns the weights, lets tasks that train slowly pull harder, and measures the
/// gradient at the last shared layer. The form here is Kindred's own.
///
///     GradientNorm {
///       CrossEntropy()
///       KD()
///       RKD()
///     }
public struct GradientNorm: LossTerm, Weighting {
  public static let name = "gradientNorm"
  public static let equation =
    "L = Σₖ wₖ ℓₖ,  wₖ = K ‖∇ₖ‖⁻¹ / Σⱼ ‖∇ⱼ‖⁻¹,  ∇ₖ = ∂ℓₖ/∂outputs"
  package static let call = "gradientNorm(term, term, …)"
  package static let kind = "sum of terms"
  package static let takes = "two terms or more: gradientNorm(ce, kd, rkd)"
  package typealias Settings = NoSettings

  let terms: [any LossTerm]

  /// Makes the sum of two terms or more, one on each line. Each line has a weight. None of them may share
  /// out weights itself, as `GradientNorm` and ``Uncertainty`` do.
  public init(@TermListBuilder _ terms: () -> [any LossTerm]) {
    self.init(NoSettings(), terms())
  }

  /// Makes the sum of two terms or more. None of them may share out weights itself, as `GradientNorm` and
  /// ``Uncertainty`` do.
  public init(_ terms: any LossTerm...) {
    self.init(NoSettings(), terms)
  }

  package init(_ settings: NoSettings, _ terms: [any LossTerm]) {
    self.terms = terms
  }

  public func _append(to graph: inout LossGraph, weight: Double) {
    graph.append(.gradientNorm, of: terms, weight: weight)
  }
}
