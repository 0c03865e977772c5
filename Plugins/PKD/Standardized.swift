public import Distillation
public import Tensors

/// Each row, N×D, shifted to mean 0 and divided by its standard deviation plus 10⁻⁶. A constant row becomes
/// 0.
public struct Standardized: Relation, Configurable {
  /// Makes the relation.
  public init() {}
  public static let standard = Self()
  public static let summary = "Each row with mean 0 and standard deviation 1."
  private static let ε = 1e-6
  public var smallestLength: Double? { Self.ε }
  public func gives(_ input: TensorKind) -> TensorKind { input.ofRows }
  public func layout(of inputs: [Layout]) -> Layout? { inputs.first?.flattened }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    let length = Double(x.flattened.shape[1]).squareRoot()
    return Tensor(length) * x.flattened.centered(axis: 1).normalized(damping: Self.ε * length)
  }
}
