public import Kindred

/// Logit standardization: the student keeps which classes the teacher finds likely, and need not
/// keep by how much its logits spread.
///
/// The formula is from recollection of the paper, and was not checked against it.
public struct LogitStandardization: PaperModule {
  /// τ, the temperature of both softmaxes, after the logits were standardized.
  public var temperature = 2.0

  public init() {}

  /// L = τ² · 1/n Σᵢ KL(softmax(Z(tᵢ)/τ) ‖ softmax(Z(sᵢ)/τ)), Z(x) = (x − x̄) / σ(x)
  public var body: some LossTerm {
    temperature * temperature
      * match(.logits, by: StandardizedLogits(), with: .klDivergence(temperature: temperature))
  }

  public static var ranges: [String: ClosedRange<Double>] { ["temperature": .temperature] }
  public static let relations: [any (Relation & Configurable).Type] = [StandardizedLogits.self]
  public static let equation = "L = τ² · 1/n Σᵢ KL(softmax(Z(tᵢ)/τ) ‖ softmax(Z(sᵢ)/τ))"
  public static let invariances: [Invariance] = [.scaling, .shift, .batchOrder]
  public static let citation = Citation(
    "Logit Standardization in Knowledge Distillation", "Sun, Ren, Li, Wang, Cao", "CVPR 2024",
    "https://arxiv.org/abs/2403.01427")
}

/// Z(x) = (x − x̄) / σ(x): each row with mean 0 and variance 1; a row of equal numbers becomes 0.
public struct StandardizedLogits: Relation, Configurable {
  public static let summary = "Each row of logits with mean 0 and variance 1."

  public init() {}

  public func gives(_ input: TensorKind) -> TensorKind { input.ofRows }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    let centered = x.flattened.centered(axis: 1)
    let σ = centered.squared().mean(axis: 1).squareRoot()
    return centered * σ.reciprocalOrZero()
  }
}

#if objectFormat(MachO)
  @section("__DATA_CONST,kindred_papers")
#else
  @section("kindred_papers")
#endif
@used let registration: PaperEntry = { LogitStandardization.register(in: $0) }
