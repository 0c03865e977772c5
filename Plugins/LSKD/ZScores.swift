public import Distillation
public import Tensors

/// Z(x) = (x − x̄) / (σ(x) + ε) of each row of a matrix, with σ² = 1/(C − 1) Σ (x − x̄)² and ε = 10⁻⁷. A row of
/// equal numbers becomes 0, with gradient 0.
public struct ZScores: Relation, Configurable {
  /// Makes the relation.
  public init() {}
  public static let standard = Self()
  public static let summary = "Each row minus its mean, divided by its standard deviation."

  public var accepts: TensorKind { .matrix }
  public func gives(_ input: TensorKind) -> TensorKind { input.ofRows }
  public func layout(of inputs: [Layout]) -> Layout? { inputs.first }

  // As in the authors' code, the variance is divided by C − 1, where the paper prints C, and ε is added
  // to σ.
  private static let ε = 1e-7
  public var smallestLength: Double? { Self.ε }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    // With σ = ‖x − x̄‖/r, it is r (x − x̄) / (‖x − x̄‖ + r ε).
    let r = Double(max(x.shape[1] - 1, 1)).squareRoot()
    return Tensor(r) * x.centered(axis: 1).normalized(damping: r * Self.ε)
  }
}
