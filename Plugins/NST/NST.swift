public import Distillation
public import Tensors

/// Neuron selectivity transfer: the maps of the student's channels are distributed as the
/// teacher's.
public struct NST: PaperModule {
  public var layer = LastStage.output, teacherLayer: String?

  public init() {}

  /// L = MMD² of the channels, k(x, y) = ⟨x, y⟩²
  public var body: some LossTerm {
    match(
      .output(layer), to: .output(teacherLayer ?? layer), by: Selectivity(),
      with: .meanSquaredDistance)
  }

  public static let relations: [any (Relation & Configurable).Type] = [Selectivity.self]
  public static let equation = """
    L = 1/n Σᵢ (mean k(sᵢ_c, sᵢ_d) − 2 mean k(sᵢ_c, tᵢ_d) + mean k(tᵢ_c, tᵢ_d)),  \
    k(x, y) = (⟨x, y⟩ / (‖x‖ ‖y‖))²
    """
  public static let invariances: [Invariance] = [.scaling, .batchOrder]
  public static let citation = Citation(
    "Like What You Like: Knowledge Distill via Neuron Selectivity Transfer", "Huang, Wang",
    "arXiv 2017", "https://arxiv.org/abs/1707.01219")
}

/// μ(x) = 1/C Σ_c u_c u_cᵀ, u_c = x_c / ‖x_c‖ ∈ ℝᴴᵂ: N×(H·W)×(H·W).
///
/// ⟨u, v⟩² = ⟨u uᵀ, v vᵀ⟩, so this is the mean of the channels in the space of the kernel, and
/// ‖μ(s) − μ(t)‖² is MMD², for any numbers of channels.
public struct Selectivity: Relation, Configurable {
  public static let summary =
    "1/C Σ_c u_c u_cᵀ of each example, where u_c is the direction of a channel."

  public init() {}

  public var accepts: TensorKind { .maps }

  public func layout(of inputs: [Layout]) -> Layout? {
    inputs.first.map {
      let pixels = $0.axes[2] + $0.axes[3]
      return Layout(joining: [$0.axes[0], pixels, pixels])
    }
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    let u = x.atUnitScale().channelMaps.normalized()
    return Tensor.product(u, u, transposingFirst: true) / Tensor(Double(x.shape[1]))
  }
}

#if objectFormat(MachO)
  @section("__DATA_CONST,kindred_papers")
#else
  @section("kindred_papers")
#endif
@used let registration: PaperEntry = { NST.register(in: $0) }
