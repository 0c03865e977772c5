public import Distillation

/// Channel-wise distillation: each channel's map, as a distribution over pixels, follows the
/// teacher's.
public struct CWD: PaperModule {
  public static let citation = Citation(
    "Channel-wise Knowledge Distillation for Dense Prediction", "Shu, Liu, Gao, Yan, Shen",
    "ICCV 2021", "https://arxiv.org/abs/2011.13256")

  /// τ, the temperature of the softmax over pixels.
  public var temperature: Double

  /// The layer whose maps are compared, N×C×H×W.
  public var layer: ProjectedLayer
  /// Makes the loss with these parameters.
  public init(
    temperature: Double = 4, layer: String = MatchedLayer.lastStage.layer,
    teacherLayer: String? = nil, projection: ProjectionForm = .none
  ) {
    self.temperature = temperature
    self.layer = ProjectedLayer(layer, teacher: teacherLayer, projection: projection)
  }
  public static let standard = Self()

  public static let equation =
    "L = τ²/(n·C) Σᵢ_c KL(softmax(tᵢ_c/τ) ‖ softmax(sᵢ_c/τ)),  softmax over the pixels"
  public var body: some LossTerm {
    let τ = temperature
    τ * τ * match(layer, by: ChannelMaps(), with: .klDivergence(temperature: τ))
  }

  public static let ranges = ["temperature": ClosedRange.temperature]
  public static let invariances: [Invariance] = [.shift, .batchOrder]
  public static let brings: [any Part.Type] = [ChannelMaps.self]
}
