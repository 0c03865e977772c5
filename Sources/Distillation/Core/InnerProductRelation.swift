public import Tensors

/// A relation that follows from the inner products of the examples, N×N. For all such relations of one
/// knowledge, the inner products and their derivative are computed once.
public protocol InnerProductRelation: Relation<Tensor> {
  /// The value, N×N, from the inner products of the rows of a value N×D.
  func callAsFunction(_ products: InnerProducts) -> Tensor
}

extension InnerProductRelation {
  /// The value, from the inner products of the rows of `x`.
  public func callAsFunction(_ x: Tensor) -> Tensor { self(InnerProducts(of: x.flattened)) }

  public func gives(_ input: TensorKind) -> TensorKind { .square }

  public func layout(of inputs: [Layout]) -> Layout? { inputs.first?.pairs }
}
