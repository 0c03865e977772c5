public import Distillation
public import Tensors

/// pᵢⱼ = kᵢⱼ / Σⱼ kᵢⱼ, N×N, where kᵢⱼ = (1 + ⟨xᵢ, xⱼ⟩ / ((‖xᵢ‖ + ε) (‖xⱼ‖ + ε))) / 2.
public struct Affinities: InnerProductRelation, Configurable {
  /// ε, added to lengths.
  public var epsilon: Double
  /// Makes the relation with these parameters.
  public init(epsilon: Double = PKT.standard.epsilon) { self.epsilon = epsilon }
  public static let standard = Self()

  public static let ranges = PKT.ranges
  public static let summary =
    "How likely each example picks each other as its neighbour, by their cosine."
  public var smallestLength: Double? { epsilon }

  public func callAsFunction(_ products: InnerProducts) -> Tensor {
    // 2k has the same quotients as k.
    products.cosines(damping: epsilon).dividedBySum(adding: 1)
  }
}
