public import Distillation

/// DarkRank: each example's neighbours in the student come in the teacher's order.
public struct DarkRank: PaperModule {
  public static let citation = Citation(
    "DarkRank: Accelerating Deep Metric Learning via Cross Sample Similarities Transfer",
    "Chen, Wang, Zhang", "AAAI 2018", "https://arxiv.org/abs/1707.01220")

  /// The likelihood of an order of neighbours.
  public var likelihood: OrderLikelihood
  /// The layer whose examples are compared, N×D.
  public var layer: MatchedLayer
  /// Makes the loss with these parameters.
  public init(
    alpha: Double = OrderLikelihood.standard.alpha, beta: Double = OrderLikelihood.standard.beta,
    length: Int = OrderLikelihood.standard.length,
    layer: String = MatchedLayer.embedding.layer, teacherLayer: String? = nil
  ) {
    likelihood = OrderLikelihood(alpha: alpha, beta: beta, length: length)
    self.layer = MatchedLayer(layer, teacher: teacherLayer)
  }
  public static let standard = Self()

  public static let equation =
    "L = −1/n Σᵢ Σₖ (Sᵢπₖ − log Σ_{l ≥ k} exp Sᵢπₗ),  Sᵢⱼ = −α ‖sᵢ − sⱼ‖ᵝ,  π: the teacher's order"
  public var body: some LossTerm { match(layer, by: .distances, with: likelihood) }

  public static let name = "darkrank"
  public static let invariances: [Invariance] = [.rotation, .translation, .batchOrder]
  public static let isZeroAtTeacher = false
  public static let brings: [any Part.Type] = [OrderLikelihood.self]
}
