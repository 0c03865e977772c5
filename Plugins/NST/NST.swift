public import Distillation

/// Neuron selectivity transfer: the maps of the student's channels are distributed as the teacher's are.
public struct NST: PaperModule {
  public static let citation = Citation(
    "Like What You Like: Knowledge Distill via Neuron Selectivity Transfer", "Huang, Wang",
    "arXiv 2017", "https://arxiv.org/abs/1707.01219")

  /// The layer whose maps are compared, N×C×H×W.
  public var layer: MatchedLayer
  /// Makes the loss with these parameters.
  public init(layer: String = MatchedLayer.lastStage.layer, teacherLayer: String? = nil) {
    self.layer = MatchedLayer(layer, teacher: teacherLayer)
  }
  public static let standard = Self()

  public static let equation = """
    L = 1/n Σᵢ (mean k(sᵢ_c, sᵢ_d) − 2 mean k(sᵢ_c, tᵢ_d) + mean k(tᵢ_c, tᵢ_d)),  \
    k(x, y) = (⟨x, y⟩ / (‖x‖ ‖y‖))²
    """
  public var body: some LossTerm { match(layer, by: Selectivity(), with: .meanSquaredDistance) }

  public static let invariances: [Invariance] = [.scaling, .batchOrder]
  public static let brings: [any Part.Type] = [Selectivity.self]
}
