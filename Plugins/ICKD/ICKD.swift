public import Distillation

/// Inter-channel correlation: how much each channel of the student resembles each other channel.
public struct ICKD: PaperModule {
  public static let citation = Citation(
    "Exploring Inter-Channel Correlation for Diversity-preserved Knowledge Distillation",
    "Liu, Huang, Lin, Xie, Wang, Chang, Liang", "ICCV 2021", "https://arxiv.org/abs/2202.03680")

  /// The layer whose maps are compared, N×C×H×W.
  public var layer: ProjectedLayer
  /// Makes the loss with these parameters.
  public init(
    layer: String = MatchedLayer.lastStage.layer, teacherLayer: String? = nil,
    projection: ProjectionForm = .none
  ) {
    self.layer = ProjectedLayer(layer, teacher: teacherLayer, projection: projection)
  }
  public static let standard = Self()

  public static let equation =
    "L = 1/(n·C) Σᵢ ‖Gˢᵢ − Gᵗᵢ‖²_F,  G_c: = (F Fᵀ)_c: / ‖(F Fᵀ)_c:‖,  F = xᵢ, C×(H·W)"
  public var body: some LossTerm {
    match(layer, by: ChannelGram().unitScale.rowNormalized, with: .meanSquaredDistance)
  }

  public static let invariances: [Invariance] = [.scaling, .batchOrder]
  public static let brings: [any Part.Type] = [ChannelGram.self, UnitScale.self]
}
