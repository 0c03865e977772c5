public import Distillation
public import Tensors

/// ‖xᵢ − xⱼ‖, which for equal examples is 0 with gradient 0, so that equal examples do not spread.
public struct Spread: Relation, Configurable {
  public init() {}
  public static let standard = Self()
  public static let summary = "‖xᵢ − xⱼ‖, with gradient 0 between equal examples."
  public func gives(_ input: TensorKind) -> TensorKind { .square }
  public func layout(of inputs: [Layout]) -> Layout? { inputs.first?.pairs }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    x.flattened.pairwiseSquaredDistances.sqrt()
  }
}
