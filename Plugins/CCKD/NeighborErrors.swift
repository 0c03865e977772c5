public import Distillation
public import Tensors

/// 1/(n − 1) Σᵢ ⟨|δᵢ|, |δᵢ₊₁|⟩, δᵢ = sᵢ − tᵢ: an example's error times its successor's in the batch.
/// One example has no successor: 0.
public struct NeighborErrors: Matcher, Configurable {
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
