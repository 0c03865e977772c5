public import Distillation

/// Redundancy suppression: each of the student's features follows the same feature of the teacher's, and
/// no other.
///
/// The sum over features, not the mean: it grows with their number. The authors' map of the student is an
/// MLP with batch normalisation; here there is none, or a learned one.
public struct RSD: PaperModule {
  public static let citation = Citation(
    "Cross-Architecture Distillation Made Simple with Redundancy Suppression",
    "Zhang, Liu, Ran, Ma", "ICCV 2025", "https://arxiv.org/abs/2507.21844")

  /// κ, the weight of the correlations of different features.
  public var kappa: Double
  /// The layer whose features correlate, N×D.
  public var layer: ProjectedLayer
  /// Makes the loss with these parameters.
  public init(
    kappa: Double = CrossCorrelation.standard.kappa,
    layer: String = MatchedLayer.embedding.layer, teacherLayer: String? = nil,
    projection: ProjectionForm = .none
  ) {
    self.kappa = kappa
    self.layer = ProjectedLayer(layer, teacher: teacherLayer, projection: projection)
  }
  public static let standard = Self()

  public static let name = "rsd"
  public static let equation = """
    L = Σᵢ (Rᵢᵢ − 1)² + κ Σ_{i≠j} Rᵢⱼ²,  R = 1/n X̂ᵗᵀ X̂ˢ,  x̂ = (x − mean) / (deviation + 10⁻⁵) \
    over the batch
    """
  public var body: some LossTerm {
    match(layer, by: StandardizedFeatures(), with: CrossCorrelation(kappa: kappa))
  }

  public static let ranges = CrossCorrelation.ranges
  public static let invariances: [Invariance] = [.translation, .batchOrder]
  public static let isZeroAtTeacher = false
  public static let isZeroForOneExample = true
  public static let brings: [any Part.Type] = [StandardizedFeatures.self, CrossCorrelation.self]
}
