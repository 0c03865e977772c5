public import Distillation

/// Distance correlation: the distances of examples in the student depend on their distances in the
/// teacher.
public struct DCor: PaperModule {
  public static let citation = Citation(
    "Measuring and Testing Dependence by Correlation of Distances", "Székely, Rizzo, Bakirov",
    "Annals of Statistics 2007", "https://arxiv.org/abs/0803.4101")

  /// Whether the estimate is without bias: 1 − dCor² of U-centred distances, as Székely and Rizzo
  /// define it. It has no root, because dCor² may then be below 0.
  public var unbiased: Bool

  /// The layer whose examples are compared, N×D.
  public var layer: MatchedLayer
  /// Makes the loss with these parameters.
  public init(
    unbiased: Bool = false, layer: String = MatchedLayer.embedding.layer,
    teacherLayer: String? = nil
  ) {
    (self.unbiased, self.layer) = (unbiased, MatchedLayer(layer, teacher: teacherLayer))
  }
  public static let standard = Self()

  public static let equation =
    "L = 1 − dCor(s, t),  dCor² = ⟨A, B⟩ / (‖A‖ ‖B‖),  A = H (‖sᵢ − sⱼ‖)ᵢⱼ H,  B of t"
  public var body: some LossTerm {
    if unbiased {
      match(layer, by: Spread().then(DoublyCentered(unbiased: true)), with: .cosine)
    } else {
      match(layer, by: Spread().doublyCentered, with: CorrelationOfDistances())
    }
  }

  public static let name = "dcor"
  public static let invariances: [Invariance] = [.rotation, .scaling, .translation, .batchOrder]
  public static let brings: [any Part.Type] = [Spread.self, CorrelationOfDistances.self]
}
