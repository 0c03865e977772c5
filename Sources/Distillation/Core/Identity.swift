public import Tensors

/// The value itself: one example at a time, unrelated.
public struct Identity: Relation, Configurable {
  public static let summary = "The value itself: one example at a time, unrelated."

  /// Makes the relation.
  public init() {}
  public static let standard = Self()

  public var accepts: TensorKind { .any }

  public func gives(_ input: TensorKind) -> TensorKind { input }

  public func layout(of inputs: [Layout]) -> Layout? { inputs.first }

  /// None: the value is the knowledge itself.
  public func scalarsHeld(for inputs: [Layout]) -> Int { 0 }

  public func callAsFunction(_ x: Tensor) -> Tensor { x }
}
