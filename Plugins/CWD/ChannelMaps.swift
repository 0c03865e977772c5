public import Distillation
public import Tensors

/// Each channel's map of each example as a row: N×C×H×W becomes (N·C)×(H·W).
public struct ChannelMaps: Relation, Configurable {
  /// Makes the relation.
  public init() {}
  public static let standard = Self()
  public static let summary = "Each channel's map of each example as a row."
  public var accepts: TensorKind { .maps }
  public func gives(_ input: TensorKind) -> TensorKind { .matrix }
  public func layout(of x: [Layout]) -> Layout? { x.first?.joining([0, 1], [2, 3]) }

  /// None: the value is the maps in another shape.
  public func scalarsHeld(for inputs: [Layout]) -> Int { 0 }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    x.reshaped([x.shape[0] * x.shape[1], x.shape[2] * x.shape[3]])
  }
}
