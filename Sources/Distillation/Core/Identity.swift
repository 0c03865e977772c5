public import Tensors

/// The value itself: one example at a time, unrelated.
public struct Identity: Relation, Configurable {
  public static let summary = "The value itself: one example at a time, unrelated."

  public init() {}
  public static let standard = Self()

  public var accepts: TensorKind { .any }

  public func gives(_ input: TensorKind) -> TensorKind { input }

  public func layout(of inputs: [Layout]) -> Layout? { inputs.first }

  /// The value is the knowledge.
  public func scalarsHeld(for inputs: [Layout]) -> Int { 0 }

  public func callAsFunction(_ x: Tensor) -> Tensor { x }
}
