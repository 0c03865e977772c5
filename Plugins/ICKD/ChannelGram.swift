public import Distillation
public import Tensors

/// F Fᵀ of the maps F of each example, C×(H·W), with the examples one below the other: (N·C)×C.
public struct ChannelGram: Relation, Configurable {
  /// Makes the relation.
  public init() {}
  public static let standard = Self()
  public static let summary = "F Fᵀ of each example, the inner product of every two channels."
  public var accepts: TensorKind { .maps }
  public func gives(_ input: TensorKind) -> TensorKind { .matrix }
  public func layout(of x: [Layout]) -> Layout? { x.first?.joining([0, 1], [1]) }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    let (n, c, f) = (x.shape[0], x.shape[1], x.channelMaps)
    return Tensor.matmul(f, f, transposingSecond: true).reshaped([n * c, c])
  }
}
