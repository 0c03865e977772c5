public import Distillation
import Tensors

/// Stella and Jasper: the student's embeddings take the teacher's directions, and the cosines between
/// examples the teacher's values and order, also among the leading features alone.
public struct Stella: PaperModule {
  public static let citation = Citation(
    "Jasper and Stella: distillation of SOTA embedding models", "Zhang, Li, Zeng, Wang",
    "arXiv 2024", "https://arxiv.org/abs/2412.19048")

  /// The weight of the angle between each example's two embeddings.
  public var cosine: Double
  /// The weight of the cosines of every two examples.
  public var similarity: Double
  /// The weight of the order of these cosines, `pairRanking`.
  public var ranking: Double
  /// m, by which cosines should keep the teacher's order.
  public var margin: Double
  /// How many leading features of the student have the teacher's cosines; the mean over these numbers.
  /// If there are none, all features have them.
  public var slices: [Int]
  /// The layer whose examples are compared, N×D.
  public var layer: MatchedLayer
  /// Makes the loss with these parameters.
  public init(
    cosine: Double = 10, similarity: Double = 200, ranking: Double = 20,
    margin: Double = RankingHinge.standard.margin, slices: [Int] = [],
    layer: String = MatchedLayer.embedding.layer, teacherLayer: String? = nil
  ) {
    (self.cosine, self.similarity, self.ranking) = (cosine, similarity, ranking)
    (self.margin, self.slices) = (margin, slices)
    self.layer = MatchedLayer(layer, teacher: teacherLayer)
  }
  public static let standard = Self()

  public static let equation = """
    L = w₁/n Σᵢ (1 − cos(sᵢ, tᵢ)) + mean over k of (w₂/n² ‖Cˢₖ − Cᵗ‖² + w₃ · pairRankingₖ),  \
    Cᵢⱼ = cos(xᵢ, xⱼ), k leading features of s
    """
  public var body: some LossTerm {
    cosine * match(layer, with: .rowCosine)
    if slices.isEmpty {
      Similarities(of: self, student: Output(layer: layer.layer))
    } else {
      for k in slices {
        Similarities(of: self, student: LeadingFeatures(layer: layer.layer, width: k))
          / slices.count
      }
    }
  }

  /// The terms of one slice of the student.
  private struct Similarities<Slice: Knowledge<Tensor>>: LossTerm {
    let paper: Stella
    let s: Slice

    init(of paper: Stella, student: Slice) { (self.paper, s) = (paper, student) }

    var body: some LossTerm {
      let t = Output(layer: paper.layer.teacherLayer ?? paper.layer.layer)
      paper.similarity * match(s, to: t, by: .cosines, with: .meanSquare)
      paper.ranking * match(s, to: t, by: .cosines, with: .rankingHinge(margin: paper.margin))
    }
  }

  public static let ranges = RankingHinge.ranges.merging(["slices": LeadingFeatures.widths]) { $1 }
  public static let invariances: [Invariance] = [.scaling, .batchOrder]
  public static let isZeroAtTeacher = false
  public static let brings: [any Part.Type] = [
    PairRanking.self, LeadingFeatures.self, RowCosine.self, RankingHinge.self,
  ]
}
