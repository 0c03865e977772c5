public import Distillation
public import Tensors

/// Channel-wise distillation: each channel's map, as a distribution over pixels, follows the
/// teacher's.
public struct CWD: PaperModule {
  public static let citation = Citation(
    "Channel-wise Knowledge Distillation for Dense Prediction", "Shu, Liu, Gao, Yan, Shen",
    "ICCV 2021", "https://arxiv.org/abs/2011.13256")

  /// τ of the softmax over pixels.
  public var temperature: Double

  public var layer: MatchedLayer
  public init(temperature: Double = 4, layer: MatchedLayer = .lastStage) {
    (self.temperature, self.layer) = (temperature, layer)
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

/// Each channel's map of each example as a row: N×C×H×W to (N·C)×(H·W).
public struct ChannelMaps: Relation, Configurable {
  public init() {}
  public static let standard = Self()
  public static let summary = "Each channel's map of each example as a row."
  public var accepts: TensorKind { .maps }
  public func gives(_ input: TensorKind) -> TensorKind { .matrix }
  public func layout(of x: [Layout]) -> Layout? { x.first?.joining([0, 1], [2, 3]) }

  /// The value is the maps, in another shape.
  public func scalarsHeld(for inputs: [Layout]) -> Int { 0 }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    x.reshaped([x.shape[0] * x.shape[1], x.shape[2] * x.shape[3]])
  }
}
