public import Distillation

/// FitNet: a hint. The student's layer, through a map that is learned with it, becomes the teacher's.
///
/// The map is linear, W x + b of features or of channels, where the authors' is a convolution, and other code
/// adds batch normalisation and a ReLU. The mean runs over all numbers.
public struct FitNet: PaperModule {
  public static let citation = Citation(
    "FitNets: Hints for Thin Deep Nets", "Romero, Ballas, Kahou, Chassang, Gatta, Bengio",
    "ICLR 2015", "https://arxiv.org/abs/1412.6550")

  /// The layer that follows the teacher's, N×D, N×T×D or N×C×H×W.
  public var layer: ProjectedLayer
  /// Makes the loss with these parameters.
  public init(
    layer: String = "stage2", teacherLayer: String? = nil, projection: ProjectionForm = .linear
  ) {
    self.layer = ProjectedLayer(layer, teacher: teacherLayer, projection: projection)
  }
  public static let standard = Self()

  public static let name = "fitnet"
  public static let equation = "L = mean of (W xˢ + b − xᵗ)²"
  public var body: some LossTerm { match(layer, with: .meanSquare) }

  public static let invariances: [Invariance] = [.batchOrder, .mapRotation]
  public static let isZeroAtTeacher = false
}
