public import Distillation

/// Pearson correlation of feature maps: the student's channels rise and fall with the teacher's, whatever
/// the size of their numbers.
public struct PKD: PaperModule {
  public static let citation = Citation(
    "PKD: General Distillation Framework for Object Detectors via Pearson Correlation Coefficient",
    "Cao, Zhang, Gao, Cheng, Cheng, Cheng", "NeurIPS 2022", "https://arxiv.org/abs/2207.02039")

  /// The layer whose maps are compared, N×C×H×W.
  public var layer: ProjectedLayer
  /// Makes the loss with these parameters.
  public init(
    layer: String = MatchedLayer.lastStage.layer, teacherLayer: String? = nil,
    projection: ProjectionForm = .none
  ) {
    self.layer = ProjectedLayer(layer, teacher: teacherLayer, projection: projection)
  }
  public static let standard = Self()

  public static let equation =
    "L = mean of (ẑˢ − ẑᵗ)² = 2 (1 − 1/C Σ_c ρ(s_c, t_c)),  ẑ_c = (x_c − mean) / deviation"
  public var body: some LossTerm {
    match(layer, by: Channels().then(Standardized()), with: .meanSquare)
  }

  public static let invariances: [Invariance] = [.scaling, .batchOrder]
  public static let brings: [any Part.Type] = [Channels.self, Standardized.self]
}
