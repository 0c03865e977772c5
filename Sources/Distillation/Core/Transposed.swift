public import Tensors

/// Rows as columns: D×N for N×D, so that what follows relates classes or features, not examples.
public struct Transposed: Relation, Configurable {
  public static let summary = "Rows as columns: classes in place of examples."

  /// Makes the relation.
  public init() {}
  public static let standard = Self()

  public var accepts: TensorKind { .rowsOrMaps }

  public func gives(_ input: TensorKind) -> TensorKind { input.ofRows }

  public func layout(of inputs: [Layout]) -> Layout? {
    inputs.first.map { Layout(joining: $0.flattened.axes.reversed()) }
  }

  public func callAsFunction(_ x: Tensor) -> Tensor { x.flattened.transposed }
}
