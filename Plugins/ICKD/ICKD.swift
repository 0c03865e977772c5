public import Distillation
public import Tensors

/// Inter-channel correlation: how much each channel of the student is like each other.
public struct ICKD: PaperModule {
  public var layer = LastStage.output, teacherLayer: String?

  public init() {}

  /// L = 1/(n·C) Σᵢ ‖Gˢᵢ − Gᵗᵢ‖²_F
  public var body: some LossTerm {
    match(
      .output(layer), to: .output(teacherLayer ?? layer),
      by: ChannelGram().unitScale.rowNormalized, with: .meanSquaredDistance)
  }

  public static let relations: [any (Relation & Configurable).Type] = [
    ChannelGram.self, UnitScale.self,
  ]
  public static let equation =
    "L = 1/(n·C) Σᵢ ‖Gˢᵢ − Gᵗᵢ‖²_F,  G_c: = (F Fᵀ)_c: / ‖(F Fᵀ)_c:‖,  F = xᵢ, C×(H·W)"
  public static let invariances: [Invariance] = [.scaling, .batchOrder]
  public static let citation = Citation(
    "Exploring Inter-Channel Correlation for Diversity-preserved Knowledge Distillation",
    "Liu, Huang, Lin, Xie, Wang, Chang, Liang", "ICCV 2021", "https://arxiv.org/abs/2202.03680")
}

/// F Fᵀ of each example's C×(H·W) maps F, one example under another: (N·C)×C.
public struct ChannelGram: Relation, Configurable {
  public static let summary = "F Fᵀ of each example, the inner product of every two channels."

  public init() {}

  public var accepts: TensorKind { .maps }

  public func gives(_ input: TensorKind) -> TensorKind { .matrix }

  public func layout(of inputs: [Layout]) -> Layout? {
    inputs.first.map { Layout(joining: [$0.axes[0] + $0.axes[1], $0.axes[1]]) }
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    let (n, c, f) = (x.shape[0], x.shape[1], x.channelMaps)
    return Tensor.product(f, f, transposingSecond: true).reshaped([n * c, c])
  }
}

#if objectFormat(MachO)
  @section("__DATA_CONST,kindred_papers")
#else
  @section("kindred_papers")
#endif
@used let registration: PaperEntry = { ICKD.register(in: $0) }
