public import Distillation
public import Tensors

/// Aᵢⱼ = ⟨xᵢ, yⱼ⟩ / (‖xᵢ‖ ‖yⱼ‖) for the rows x of one layer and y of another, N×N; 0 for a row of zeros,
/// whose gradient is 0.
public struct CrossCosines: Relation, Configurable {
  /// Makes the relation.
  public init() {}
  public static let standard = Self()
  public static let summary = "The cosine of every row of one layer with every row of another."

  public func admits(_ x: TensorPair) -> Bool {
    let (f, g) = (x.first.shape, x.second.shape)
    return accepts.admits(f) && accepts.admits(g) && f[0] == g[0]
      && Layout(f).flattened.shape == Layout(g).flattened.shape
  }

  public var takes: String { "two layers of as many features" }

  public func gives(_ input: TensorKind) -> TensorKind { .square }

  public func layout(of inputs: [Layout]) -> Layout? {
    Layout(joining: inputs.map { $0.rows })
  }

  public func callAsFunction(_ x: TensorPair) -> Tensor {
    let u = x.first.flattened.atUnitScale().normalized()
    let v = x.second.flattened.atUnitScale().normalized()
    return Tensor.matmul(u, v, transposingSecond: true)
  }
}
