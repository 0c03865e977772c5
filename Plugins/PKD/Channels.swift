public import Distillation
public import Tensors

/// The maps of a channel for all examples as one row: N×C×H×W becomes C×(N·H·W).
public struct Channels: Relation, Configurable {
  /// Makes the relation.
  public init() {}
  public static let standard = Self()
  public static let summary = "A channel's maps of all examples as a row."
  public var accepts: TensorKind { .maps }
  public func gives(_ input: TensorKind) -> TensorKind { .matrix }
  public func layout(of x: [Layout]) -> Layout? { x.first?.joining([1], [0, 2, 3]) }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    let (n, c, pixels) = (x.shape[0], x.shape[1], x.shape[2] * x.shape[3])
    let order = (0..<c).flatMap { channel in (0..<n).map { $0 * c + channel } }
    return x.reshaped([n * c, pixels]).rows(order).reshaped([c, n * pixels])
  }
}
