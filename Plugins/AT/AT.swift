public import Distillation
public import Tensors

/// Attention transfer: where in an image the student is active.
public struct AT: PaperModule {
  public var layer = LastStage.output, teacherLayer: String?

  public init() {}

  /// L = 1/(n·H·W) Σᵢ ‖Q(sᵢ) − Q(tᵢ)‖²
  public var body: some LossTerm {
    match(
      .output(layer), to: .output(teacherLayer ?? layer), by: Attention(), with: .meanSquare)
  }

  public static let relations: [any (Relation & Configurable).Type] = [Attention.self]
  public static let equation =
    "L = 1/(n·H·W) Σᵢ ‖Q(sᵢ) − Q(tᵢ)‖²,  Q(x) = q / ‖q‖,  q = 1/C Σ_c x_c²"
  public static let invariances: [Invariance] = [.scaling, .batchOrder]
  public static let citation = Citation(
    "Paying More Attention to Attention: Improving the Performance of Convolutional Neural "
      + "Networks via Attention Transfer", "Zagoruyko, Komodakis", "ICLR 2017",
    "https://arxiv.org/abs/1612.03928")
}

/// Q(x) = q / ‖q‖, q = 1/C Σ_c x_c²: the mean square over channels at each pixel, N×(H·W).
public struct Attention: Relation, Configurable {
  public static let summary = "q / ‖q‖, where q is the mean square over channels at each pixel."

  public init() {}

  public var accepts: TensorKind { .maps }

  public func gives(_ input: TensorKind) -> TensorKind { .matrix }

  public func layout(of inputs: [Layout]) -> Layout? {
    inputs.first.map { Layout(joining: [$0.axes[0], $0.axes[2] + $0.axes[3]]) }
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    x.atUnitScale().channelMaps.squared().mean(axis: 1).flattened.normalized()
  }
}

#if objectFormat(MachO)
  @section("__DATA_CONST,kindred_papers")
#else
  @section("kindred_papers")
#endif
@used let registration: PaperEntry = { AT.register(in: $0) }
