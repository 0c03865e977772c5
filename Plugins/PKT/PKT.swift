public import Distillation

/// Probabilistic knowledge transfer: examples pick each other as neighbours with the teacher's
/// probabilities.
public struct PKT: PaperModule {
  public static let citation = Citation(
    "Learning Deep Representations with Probabilistic Knowledge Transfer", "Passalis, Tefas",
    "ECCV 2018", "https://arxiv.org/abs/1803.10837")

  /// ε, added to lengths and to probabilities.
  public var epsilon: Double

  /// The layer whose examples are compared, N×D.
  public var layer: MatchedLayer
  /// Makes the loss with these parameters.
  public init(
    epsilon: Double = 1e-7, layer: String = MatchedLayer.embedding.layer,
    teacherLayer: String? = nil
  ) {
    (self.epsilon, self.layer) = (epsilon, MatchedLayer(layer, teacher: teacherLayer))
  }
  public static let standard = Self()

  public static let equation =
    "L = 1/n² Σᵢⱼ pᵗᵢⱼ log((pᵗᵢⱼ + ε) / (pˢᵢⱼ + ε)),  pᵢⱼ = kᵢⱼ / Σⱼ kᵢⱼ,  k = (1 + cos)/2"
  public var body: some LossTerm {
    match(layer, by: Affinities(epsilon: epsilon), with: AffinityDivergence(epsilon: epsilon))
  }

  public static let ranges = ["epsilon": 1e-12...1.0]
  public static let invariances: [Invariance] = [.rotation, .scaling, .batchOrder]
  public static let brings: [any Part.Type] = [Affinities.self, AffinityDivergence.self]
}
