public import Distillation

/// SimKD: the student's last features, through a map that is learned with it, become the teacher's, so that the
/// teacher's last layer can classify them.
///
/// The map is linear, P x + b of channels or of features, where the authors' is three convolutions. The mean
/// runs over all numbers.
public struct SimKD: PaperModule {
  public static let citation = Citation(
    "Knowledge Distillation with the Reused Teacher Classifier",
    "Chen, Mei, Zhang, Wang, Feng, Chen", "CVPR 2022", "https://arxiv.org/abs/2203.14001")

  /// The layer that follows the teacher's, N×C×H×W or N×D.
  public var layer: ProjectedLayer
  /// Makes the loss with these parameters.
  public init(
    layer: String = MatchedLayer.lastStage.layer, teacherLayer: String? = nil,
    projection: ProjectionForm = .linear
  ) {
    self.layer = ProjectedLayer(layer, teacher: teacherLayer, projection: projection)
  }
  public static let standard = Self()

  public static let name = "simkd"
  public static let equation = "L = mean of (P xˢ + b − xᵗ)²"
  public var body: some LossTerm { match(layer, with: .meanSquare) }

  public static let invariances: [Invariance] = [.batchOrder, .mapRotation]
  public static let isZeroAtTeacher = false
}
