public import Distillation
public import Tensors

/// Probabilistic knowledge transfer: how likely an example is to pick each other as its neighbour.
public struct PKT: PaperModule {
  public static let citation = Citation(
    "Learning Deep Representations with Probabilistic Knowledge Transfer", "Passalis, Tefas",
    "ECCV 2018", "https://arxiv.org/abs/1803.10837")

  /// ε, added to lengths and to probabilities.
  public var epsilon = 1e-7

  public var layer = MatchedLayer.embedding
  public init() {}

  public static let equation =
    "L = 1/n² Σᵢⱼ pᵗᵢⱼ log((pᵗᵢⱼ + ε) / (pˢᵢⱼ + ε)),  pᵢⱼ = kᵢⱼ / Σⱼ kᵢⱼ,  k = (1 + cos)/2"
  public var body: some LossTerm {
    match(
      layer, by: Affinities().with(\.epsilon, epsilon),
      with: AffinityDivergence().with(\.epsilon, epsilon))
  }

  public static let ranges = ["epsilon": 1e-12...1.0]
  public static let invariances: [Invariance] = [.rotation, .scaling, .batchOrder]
  public static let brings: [any Part.Type] = [Affinities.self, AffinityDivergence.self]
}

/// pᵢⱼ = kᵢⱼ / Σⱼ kᵢⱼ, where kᵢⱼ = (1 + ⟨xᵢ, xⱼ⟩ / ((‖xᵢ‖ + ε) (‖xⱼ‖ + ε))) / 2.
public struct Affinities: InnerProductRelation, Configurable {
  public var epsilon = PKT().epsilon
  public init() {}

  public static let ranges = PKT.ranges
  public static let summary =
    "How likely each example picks each other as its neighbour, by their cosine."
  public var smallestLength: Double? { epsilon }

  public func callAsFunction(_ products: InnerProducts) -> Tensor {
    // 2k, whose half has the same quotients.
    products.cosines(damping: epsilon).dividedBySum(adding: 1)
  }
}

/// The mean over all entries of p log((p + ε) / (q + ε)), of probabilities p of the teacher and q: rows
/// whose sums agree up to rounding. What is below 0 counts as 0.
public struct AffinityDivergence: Matcher, Configurable {
  public var epsilon = PKT().epsilon
  public init() {}

  public static let ranges = PKT.ranges
  public static let summary = "p log(p / q), averaged over every two examples."

  public func callAsFunction(student q: Tensor, teacher p: Tensor) -> Tensor {
    // Of opposite rows, rounding may take the affinity below 0.
    q.divergence(fromTeacher: p, epsilon: epsilon) / Tensor(Double(max(q.count, 1)))
  }
}
