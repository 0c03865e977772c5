public import Distillation

/// Similarity-preserving distillation: inputs that activate the teacher alike activate the student
/// alike.
public struct SP: PaperModule {
  public static let citation = Citation(
    "Similarity-Preserving Knowledge Distillation", "Tung, Mori", "ICCV 2019",
    "https://arxiv.org/abs/1907.09682")

  /// l and l′, the layers that are compared: the last one before pooling, as in RepDistiller. The
  /// paper's author verified SP there.
  public var layer: MatchedLayer
  /// The divisor of the sum over pairs.
  public var reduction: Reduction
  /// Makes the loss with these parameters.
  public init(
    layer: String = MatchedLayer.lastStage.layer, teacherLayer: String? = nil,
    reduction: Reduction = .all
  ) {
    (self.layer, self.reduction) = (MatchedLayer(layer, teacher: teacherLayer), reduction)
  }
  public static let standard = Self()

  public static let equation = "L = 1/b² ‖G_T − G_S‖²_F,  Gᵢ = (Q Qᵀ)ᵢ / ‖(Q Qᵀ)ᵢ‖₂"
  public var body: some LossTerm {
    match(layer, by: .gram.rowNormalized, with: .meanSquare(reduction: reduction))
  }

  public static let invariances: [Invariance] = [.rotation, .scaling, .batchOrder]
}
