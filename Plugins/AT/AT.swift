public import Distillation

/// Attention transfer: the student is active at the same places of an image as the teacher.
public struct AT: PaperModule {
  public static let citation = Citation(
    "Paying More Attention to Attention: Improving the Performance of Convolutional Neural "
      + "Networks via Attention Transfer", "Zagoruyko, Komodakis", "ICLR 2017",
    "https://arxiv.org/abs/1612.03928")

  /// The layer whose maps are compared, N×C×H×W.
  public var layer: MatchedLayer
  /// Makes the loss with these parameters.
  public init(layer: String = MatchedLayer.lastStage.layer, teacherLayer: String? = nil) {
    self.layer = MatchedLayer(layer, teacher: teacherLayer)
  }
  public static let standard = Self()

  public static let equation =
    "L = 1/(n·H·W) Σᵢ ‖Q(sᵢ) − Q(tᵢ)‖²,  Q(x) = q / ‖q‖,  q = 1/C Σ_c x_c²"
  public var body: some LossTerm { match(layer, by: Attention(), with: .meanSquare) }

  public static let invariances: [Invariance] = [.scaling, .batchOrder]
  public static let brings: [any Part.Type] = [Attention.self]
}
