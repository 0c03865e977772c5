public import Distillation
public import Tensors

/// Neuron selectivity transfer: the maps of the student's channels are distributed as the
/// teacher's.
public struct NST: PaperModule {
  public static let citation = Citation(
    "Like What You Like: Knowledge Distill via Neuron Selectivity Transfer", "Huang, Wang",
    "arXiv 2017", "https://arxiv.org/abs/1707.01219")

  public var layer: MatchedLayer
  public init(layer: MatchedLayer = .lastStage) { self.layer = layer }
  public static let standard = Self()

  public static let equation = """
    L = 1/n Σᵢ (mean k(sᵢ_c, sᵢ_d) − 2 mean k(sᵢ_c, tᵢ_d) + mean k(tᵢ_c, tᵢ_d)),  \
    k(x, y) = (⟨x, y⟩ / (‖x‖ ‖y‖))²
    """
  public var body: some LossTerm { match(layer, by: Selectivity(), with: .meanSquaredDistance) }

  public static let invariances: [Invariance] = [.scaling, .batchOrder]
  public static let brings: [any Part.Type] = [Selectivity.self]
}

/// μ(x) = 1/C Σ_c u_c u_cᵀ, u_c = x_c / ‖x_c‖ ∈ ℝᴴᵂ: N×(H·W)×(H·W).
///
/// ⟨u, v⟩² = ⟨u uᵀ, v vᵀ⟩, so this is the mean of the channels in the space of the kernel, and
/// ‖μ(s) − μ(t)‖² is MMD², for any numbers of channels.
public struct Selectivity: Relation, Configurable {
  public init() {}
  public static let standard = Self()
  public static let summary =
    "1/C Σ_c u_c u_cᵀ of each example, where u_c is the direction of a channel."
  public var accepts: TensorKind { .maps }
  public func layout(of x: [Layout]) -> Layout? { x.first?.joining([0], [2, 3], [2, 3]) }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    let u = x.atUnitScale().channelMaps.normalized()
    return Tensor.matmul(u, u, transposingFirst: true) / Tensor(Double(x.shape[1]))
  }
}
