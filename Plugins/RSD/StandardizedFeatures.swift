public import Distillation
public import Tensors

/// Each feature over the batch, shifted to mean 0 and divided by its standard deviation plus 10⁻⁵: N×D. A
/// feature that is the same for all examples becomes 0, with gradient 0.
public struct StandardizedFeatures: Relation, Configurable {
  /// Makes the relation.
  public init() {}
  public static let standard = Self()
  public static let summary = "Each feature over the batch with mean 0 and standard deviation 1."
  private static let ε = 1e-5
  public var smallestLength: Double? { Self.ε }
  public func gives(_ input: TensorKind) -> TensorKind { .matrix }
  public func layout(of inputs: [Layout]) -> Layout? { inputs.first?.flattened }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    let length = Double(x.shape[0]).squareRoot()
    let features = x.flattened.centered(axis: 0).transposed
    return (Tensor(length) * features.normalized(damping: Self.ε * length)).transposed
  }
}
