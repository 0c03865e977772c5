public import Kindred

/// Logit standardization: the student keeps which classes the teacher finds likely, and need not
/// keep by how much its logits spread.
///
/// The formula is from recollection of the paper, and was not checked against it.
public struct LogitStandardization: PaperModule {
  public static let citation = Citation(
    "Logit Standardization in Knowledge Distillation", "Sun, Ren, Li, Wang, Cao", "CVPR 2024",
    "https://arxiv.org/abs/2403.01427")

  /// τ, the temperature of both softmaxes, after the logits were standardized.
  public var temperature: Double

  public init(temperature: Double = 2) { self.temperature = temperature }
  public static let standard = Self()

  public static let equation =
    "L = τ² · 1/n Σᵢ KL(softmax(Z(tᵢ)/τ) ‖ softmax(Z(sᵢ)/τ)),  Z(x) = (x − x̄) / σ(x)"
  public var body: some LossTerm {
    let τ = temperature
    τ * τ * match(.logits, by: StandardizedLogits(), with: .klDivergence(temperature: τ))
  }

  public static let ranges = ["temperature": ClosedRange.temperature]
  public static let invariances: [Invariance] = [.scaling, .shift, .batchOrder]
  public static let brings: [any Part.Type] = [StandardizedLogits.self]
}

/// Z(x) = (x − x̄) / σ(x): each row with mean 0 and variance 1; a row of equal numbers becomes 0.
public struct StandardizedLogits: Relation, Configurable {
  public init() {}
  public static let standard = Self()
  public static let summary = "Each row of logits with mean 0 and variance 1."
  public func gives(_ input: TensorKind) -> TensorKind { input.ofRows }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    let centered = x.flattened.centered(axis: 1)
    let σ = centered.squared().mean(axis: 1, keepingDimensions: true).sqrt()
    return centered * σ.reciprocalOrZero()
  }
}
