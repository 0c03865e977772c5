public import Tensors

/// The value times a power of two, which brings its largest entry to the size of 1. The product is
/// exact, and the effect of an ε that follows does not depend on the unit of the value.
public struct UnitScale: Relation, Configurable {
  public static let summary = "The value times the power of two that brings it to the size of 1."

  /// Makes the relation.
  public init() {}
  public static let standard = Self()

  public var accepts: TensorKind { .any }

  public func gives(_ input: TensorKind) -> TensorKind { input }

  public func layout(of inputs: [Layout]) -> Layout? { inputs.first }

  public func callAsFunction(_ x: Tensor) -> Tensor { x.atUnitScale() }
}
