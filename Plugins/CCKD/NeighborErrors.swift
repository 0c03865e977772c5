public import Distillation
public import Tensors

/// 1/(n − 1) Σᵢ ⟨|δᵢ|, |δᵢ₊₁|⟩, where δᵢ = sᵢ − tᵢ: each example's error times the error of its successor
/// in the batch. A batch of one example has value 0.
public struct NeighborErrors: Matcher, Configurable {
  /// Makes the matcher.
  public init() {}
  public static let standard = Self()
  public static let summary = "⟨|δᵢ|, |δᵢ₊₁|⟩, an example's error times its successor's, averaged."
  public var accepts: TensorKind { .rows }

  public func callAsFunction(student s: Tensor, teacher t: Tensor) -> Tensor {
    let (δ, last) = ((s - t).flattened.abs(), s.shape[0] - 1)
    let products = δ.rows(Array(0..<last)) * δ.rows(Array(0..<last).map { $0 + 1 })
    return products.sum() / Tensor(Double(max(last, 1)))
  }
}
