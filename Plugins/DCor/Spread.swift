public import Distillation
public import Tensors

/// ‖xᵢ − xⱼ‖, N×N. Equal examples have distance 0 with gradient 0, so that they do not spread.
public struct Spread: Relation, Configurable {
  /// Makes the relation.
  public init() {}
  public static let standard = Self()
  public static let summary = "‖xᵢ − xⱼ‖, with gradient 0 between equal examples."
  public func gives(_ input: TensorKind) -> TensorKind { .square }
  public func layout(of inputs: [Layout]) -> Layout? { inputs.first?.pairs }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    x.flattened.pairwiseSquaredDistances.sqrt()
  }
}
