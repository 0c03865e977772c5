public import Distillation

/// Relational representation distillation: the student's embeddings lie to remembered ones of the teacher's as
/// the teacher's own do.
///
/// The loss is the divergence, which has the gradient of the authors' cross-entropy. Both networks have one
/// width, unless the student's embeddings are projected to the teacher's.
public struct RRD: PaperModule {
  public static let citation = Citation(
    "Relational Representation Distillation", "Giakoumoglou, Stathaki", "arXiv 2024",
    "https://arxiv.org/abs/2407.12073")

  /// How the examples lie to the remembered ones.
  public var relation: QueueSimilarities
  /// The layer whose examples are remembered, N×D.
  public var layer: ProjectedLayer
  /// Makes the loss with these parameters.
  public init(
    queue: Int = QueueSimilarities.standard.queue,
    studentTemperature: Double = QueueSimilarities.standard.studentTemperature,
    teacherTemperature: Double = QueueSimilarities.standard.teacherTemperature,
    layer: String = MatchedLayer.embedding.layer, teacherLayer: String? = nil,
    projection: ProjectionForm = .none
  ) {
    relation = QueueSimilarities(
      queue: queue, studentTemperature: studentTemperature, teacherTemperature: teacherTemperature)
    self.layer = ProjectedLayer(layer, teacher: teacherLayer, projection: projection)
  }
  public static let standard = Self()

  public static let name = "rrd"
  public static let equation =
    "L = 1/n Σᵢ KL(softmax(Q t̂ᵢ/τᵗ) ‖ softmax(Q ŝᵢ/τˢ)),  x̂ = x/‖x‖,  Q of remembered t̂"
  public var body: some LossTerm { match(layer, by: relation, with: .klDivergence) }

  public static let invariances: [Invariance] = [.scaling, .batchOrder]
  public static let isZeroAtTeacher = false
  public static let brings: [any Part.Type] = [QueueSimilarities.self]
}
