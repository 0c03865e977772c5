public import Distillation
public import Tensors

/// Probabilistic knowledge transfer: how likely an example is to pick each other as its neighbour.
public struct PKT: PaperModule {
  /// ε, added to lengths and to probabilities.
  public var epsilon = 1e-7

  public var layer = "embedding", teacherLayer: String?

  public init() {}

  /// L = 1/n² Σᵢⱼ pᵗᵢⱼ log((pᵗᵢⱼ + ε) / (pˢᵢⱼ + ε))
  public var body: some LossTerm {
    match(
      .output(layer), to: .output(teacherLayer ?? layer), by: Affinities().sharing(self),
      with: AffinityDivergence().sharing(self))
  }

  public static let ranges = ["epsilon": epsilons]
  static let epsilons = 1e-12...1.0
  public static let relations: [any (Relation & Configurable).Type] = [Affinities.self]
  public static let matchers: [any (Matcher & Configurable).Type] = [AffinityDivergence.self]
  public static let equation =
    "L = 1/n² Σᵢⱼ pᵗᵢⱼ log((pᵗᵢⱼ + ε) / (pˢᵢⱼ + ε)),  pᵢⱼ = kᵢⱼ / Σⱼ kᵢⱼ,  k = (1 + cos)/2"
  public static let invariances: [Invariance] = [.rotation, .scaling, .batchOrder]
  public static let citation = Citation(
    "Learning Deep Representations with Probabilistic Knowledge Transfer", "Passalis, Tefas",
    "ECCV 2018", "https://arxiv.org/abs/1803.10837")
}

/// pᵢⱼ = kᵢⱼ / Σⱼ kᵢⱼ, where kᵢⱼ = (1 + ⟨xᵢ, xⱼ⟩ / ((‖xᵢ‖ + ε) (‖xⱼ‖ + ε))) / 2.
public struct Affinities: InnerProductRelation, Configurable {
  public var epsilon = 1e-7

  public static let summary =
    "How likely each example picks each other as its neighbour, by their cosine."

  public init() {}

  public static let ranges = ["epsilon": PKT.epsilons]

  public var smallestLength: Double? { epsilon }

  public func callAsFunction(_ products: InnerProducts) -> Tensor {
    // 2k, whose half has the same quotients.
    products.cosines(damping: epsilon).dividedBySum(adding: 1)
  }
}

/// The mean over all entries of p log((p + ε) / (q + ε)), of probabilities p of the teacher and q: rows
/// whose sums agree up to rounding. What is below 0 counts as 0.
public struct AffinityDivergence: Matcher, Configurable {
  public var epsilon = 1e-7

  public static let summary = "p log(p / q), averaged over every two examples."

  public init() {}

  public static let ranges = ["epsilon": PKT.epsilons]

  public func callAsFunction(student q: Tensor, teacher p: Tensor) -> Tensor {
    // Of opposite rows, rounding may take the affinity below 0.
    q.divergence(fromTeacher: p, epsilon: epsilon) / Tensor(Double(max(q.count, 1)))
  }
}

#if objectFormat(MachO)
  @section("__DATA_CONST,kindred_papers")
#else
  @section("kindred_papers")
#endif
@used let registration: PaperEntry = { PKT.register(in: $0) }
