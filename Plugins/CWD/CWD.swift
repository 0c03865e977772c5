public import Distillation
public import Tensors

/// Channel-wise distillation: each channel's map, as a distribution over pixels, follows the
/// teacher's.
public struct CWD: PaperModule {
  /// τ of the softmax over pixels.
  public var temperature = 4.0

  public var layer = LastStage.output, teacherLayer: String?

  public init() {}

  /// L = τ²/(n·C) Σᵢ_c KL(softmax(tᵢ_c/τ) ‖ softmax(sᵢ_c/τ))
  public var body: some LossTerm {
    let τ = temperature
    τ * τ
      * match(
        .output(layer), to: .output(teacherLayer ?? layer), by: ChannelMaps(),
        with: .klDivergence(temperature: τ))
  }

  public static let ranges = ["temperature": ClosedRange.temperature]
  public static let relations: [any (Relation & Configurable).Type] = [ChannelMaps.self]
  public static let equation =
    "L = τ²/(n·C) Σᵢ_c KL(softmax(tᵢ_c/τ) ‖ softmax(sᵢ_c/τ)),  softmax over the pixels"
  public static let invariances: [Invariance] = [.shift, .batchOrder]
  public static let citation = Citation(
    "Channel-wise Knowledge Distillation for Dense Prediction", "Shu, Liu, Gao, Yan, Shen",
    "ICCV 2021", "https://arxiv.org/abs/2011.13256")
}

/// Each channel's map of each example as a row: N×C×H×W to (N·C)×(H·W).
public struct ChannelMaps: Relation, Configurable {
  public static let summary = "Each channel's map of each example as a row."

  public init() {}

  public var accepts: TensorKind { .maps }

  public func gives(_ input: TensorKind) -> TensorKind { .matrix }

  public func layout(of inputs: [Layout]) -> Layout? {
    inputs.first.map { Layout(joining: [$0.axes[0] + $0.axes[1], $0.axes[2] + $0.axes[3]]) }
  }

  /// The value is the maps, in another shape.
  public func scalarsHeld(for inputs: [Layout]) -> Int { 0 }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    x.reshaped([x.shape[0] * x.shape[1], x.shape[2] * x.shape[3]])
  }
}

#if objectFormat(MachO)
  @section("__DATA_CONST,kindred_papers")
#else
  @section("kindred_papers")
#endif
@used let registration: PaperEntry = { CWD.register(in: $0) }
