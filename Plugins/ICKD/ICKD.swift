public import Distillation
public import Tensors

/// Inter-channel correlation: how much each channel of the student is like each other.
public struct ICKD: PaperModule {
  public static let citation = Citation(
    "Exploring Inter-Channel Correlation for Diversity-preserved Knowledge Distillation",
    "Liu, Huang, Lin, Xie, Wang, Chang, Liang", "ICCV 2021", "https://arxiv.org/abs/2202.03680")

  public var layer: MatchedLayer
  public init(layer: MatchedLayer = .lastStage) { self.layer = layer }
  public static let standard = Self()

  public static let equation =
    "L = 1/(n·C) Σᵢ ‖Gˢᵢ − Gᵗᵢ‖²_F,  G_c: = (F Fᵀ)_c: / ‖(F Fᵀ)_c:‖,  F = xᵢ, C×(H·W)"
  public var body: some LossTerm {
    match(layer, by: ChannelGram().unitScale.rowNormalized, with: .meanSquaredDistance)
  }

  public static let invariances: [Invariance] = [.scaling, .batchOrder]
  public static let brings: [any Part.Type] = [ChannelGram.self, UnitScale.self]
}

/// F Fᵀ of each example's C×(H·W) maps F, one example under another: (N·C)×C.
public struct ChannelGram: Relation, Configurable {
  public init() {}
  public static let standard = Self()
  public static let summary = "F Fᵀ of each example, the inner product of every two channels."
  public var accepts: TensorKind { .maps }
  public func gives(_ input: TensorKind) -> TensorKind { .matrix }
  public func layout(of x: [Layout]) -> Layout? { x.first?.joining([0, 1], [1]) }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    let (n, c, f) = (x.shape[0], x.shape[1], x.channelMaps)
    return Tensor.matmul(f, f, transposingSecond: true).reshaped([n * c, c])
  }
}
