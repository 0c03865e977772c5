public import Distillation

/// The order of similarities alone: if the teacher holds two examples for more alike than two others, so does
/// the student, by a margin.
public struct PairRanking: NamedTerm {
  /// m, by which cosines should keep the teacher's order.
  public var margin: Double
  /// The layer whose examples are compared, N×D.
  public var layer: MatchedLayer
  /// Makes the loss with these parameters.
  public init(
    margin: Double = RankingHinge.standard.margin, layer: String = MatchedLayer.embedding.layer,
    teacherLayer: String? = nil
  ) {
    (self.margin, self.layer) = (margin, MatchedLayer(layer, teacher: teacherLayer))
  }
  public static let standard = Self()

  public static let equation = """
    L = mean over p < q of max(0, m − σ (cˢ_q − cˢ_p)),  σ = −1 if cᵗ_q < cᵗ_p, else 1,  \
    c_p = cos(xᵢ, xⱼ) for p = (i, j), i < j
    """
  public var body: some LossTerm {
    match(layer, by: .cosines, with: .rankingHinge(margin: margin))
  }

  public static let ranges = RankingHinge.ranges
  public static let invariances: [Invariance] = [.rotation, .scaling, .batchOrder]
  public static let isZeroAtTeacher = false
}
