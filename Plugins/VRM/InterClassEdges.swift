public import Distillation
public import Tensors

/// E = (w_k − w_l) / ‖w_k − w_l‖ for each two classes k < l, where w_k ∈ ℝ²ᴮ is column k of [z; z̃]:
/// C(C − 1)/2 rows of 2B numbers. The edge between equal columns is 0.
public struct InterClassEdges: Relation, Configurable {
  /// Whether each example's logits are shifted to mean 0 and divided by their standard deviation.
  public var standardize: Bool

  /// Makes the relation with these parameters.
  public init(standardize: Bool = true) { self.standardize = standardize }
  public static let standard = Self()
  public static let summary = "(w_k − w_l) / ‖w_k − w_l‖, the direction between every two classes."

  public var smallestDivisor: Double? { standardize ? TensorPair.smallestDeviation : nil }

  public var smallestLength: Double? { smallestDivisor }

  public func admits(_ views: TensorPair) -> Bool { views.areViews }

  public var takes: String { TensorPair.views }

  public func gives(_ input: TensorKind) -> TensorKind { .matrix }

  public func layout(of views: [Layout]) -> Layout? {
    guard let logits = views.first?.shape else { return nil }
    return Layout([logits[1] * (logits[1] - 1) / 2, 2 * logits[0]])
  }

  public func callAsFunction(_ views: TensorPair) -> Tensor {
    let w = views.stacked(standardized: standardize).atUnitScale().transposed
    let (k, l) = upperTriangle(w.shape[0])
    return (w.rows(k) - w.rows(l)).normalized()
  }
}
