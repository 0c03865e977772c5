public import Distillation
public import Tensors

/// Q(x) = q / ‖q‖, q = 1/C Σ_c x_c²: the mean square over channels at each pixel, N×(H·W).
public struct Attention: Relation, Configurable {
  /// Makes the relation.
  public init() {}
  public static let standard = Self()
  public static let summary = "q / ‖q‖, where q is the mean square over channels at each pixel."
  public var accepts: TensorKind { .maps }
  public func gives(_ input: TensorKind) -> TensorKind { .matrix }
  public func layout(of x: [Layout]) -> Layout? { x.first?.joining([0], [2, 3]) }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    x.atUnitScale().channelMaps.squared().mean(axis: 1).normalized()
  }
}
