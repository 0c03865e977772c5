public import Distillation

/// Logit standardization: the student keeps which classes the teacher finds likely, and need not keep by how
/// much its logits spread.
public struct LSKD: PaperModule {
  public static let citation = Citation(
    "Logit Standardization in Knowledge Distillation", "Sun, Ren, Li, Wang, Cao", "CVPR 2024",
    "https://arxiv.org/abs/2403.01427")

  /// τ, the temperature of both softmaxes, after the logits were standardized.
  public var temperature: Double
  /// Makes the loss with these parameters.
  public init(temperature: Double = 2) { self.temperature = temperature }
  public static let standard = Self()

  public static let equation =
    "L = τ² · 1/n Σᵢ KL(softmax(Z(tᵢ)/τ) ‖ softmax(Z(sᵢ)/τ)),  Z(x) = (x − x̄) / (σ(x) + 10⁻⁷)"
  public var body: some LossTerm {
    let τ = temperature
    τ * τ * match(.logits, by: .zScores, with: .klDivergence(temperature: τ))
  }

  public static let ranges = ["temperature": ClosedRange.temperature]
  public static let invariances: [Invariance] = [.scaling, .shift, .batchOrder]
  public static let brings: [any Part.Type] = [ZScores.self]
}
