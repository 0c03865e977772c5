public import Distillation

/// Contrastive representation distillation: an example's two embeddings, the student's and the teacher's, are
/// told apart from pairs of different examples, which are remembered.
///
/// The embeddings are learned maps of a layer of each network, divided by their lengths. The memory has one
/// embedding of each network for every example, which needs `Outputs.indices`; or it is a queue.
public struct CRD: PaperModule {
  public static let citation = Citation(
    "Contrastive Representation Distillation", "Tian, Krishnan, Isola", "ICLR 2020",
    "https://arxiv.org/abs/1910.10699")

  /// How examples are remembered.
  public enum Memory: String, Codable, CaseIterable, Hashable, Sendable {
    /// An embedding for each example, by its index. That of an example that is seen again is mixed.
    case example
    /// The embeddings of the latest examples. An example's own pair is that of the present batch.
    case queue
  }

  /// The number of features of the embeddings.
  public var features: Int
  /// K, how many remembered examples each example is told apart from; all if there are no more. It is also
  /// the length of a queue.
  public var negatives: Int
  /// τ, by which the cosines are divided.
  public var temperature: Double
  /// How examples are remembered: each by its index, or the latest ones.
  public var memory: Memory
  /// The share of what is remembered of an example that stays when it is seen again.
  public var momentum: Double
  /// The layer that the embeddings are made of, N×D.
  public var layer: MatchedLayer
  /// Makes the loss with these parameters.
  public init(
    features: Int = 128, negatives: Int = 16384, temperature: Double = 0.07,
    memory: Memory = .example, momentum: Double = 0.5,
    layer: String = MatchedLayer.embedding.layer, teacherLayer: String? = nil
  ) {
    (self.features, self.negatives, self.temperature) = (features, negatives, temperature)
    (self.memory, self.momentum) = (memory, momentum)
    self.layer = MatchedLayer(layer, teacher: teacherLayer)
  }
  public static let standard = Self()

  public static let name = "crd"
  public static let equation = """
    L = ℓ(vˢ, Mᵗ) + ℓ(vᵗ, Mˢ),  \
    ℓ(v, M) = −1/n Σᵢ [log e⁺ᵢ/(e⁺ᵢ + K c) + Σ_k log K c/(e⁻ᵢₖ + K c)],  e = exp(⟨v, m⟩/τ),  v = unit(W x + b)
    """
  public var body: some LossTerm { Contrast(crd: self) }

  public static let ranges: [String: ClosedRange<Double>] = [
    "features": 8...1024, "negatives": 1...1e7, "temperature": 0.01...1, "momentum": 0...1,
  ]
  public static let invariances: [Invariance] = []
  public static let isZeroAtTeacher = false
}
