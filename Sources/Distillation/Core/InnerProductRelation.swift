public import Tensors

/// A relation that follows from the inner products of the examples, N×N. These are computed once for
/// all such relations of one knowledge, and so is what leads back from them.
public protocol InnerProductRelation: Relation<Tensor> {
  func callAsFunction(_ products: InnerProducts) -> Tensor
}

extension InnerProductRelation {
  public func callAsFunction(_ x: Tensor) -> Tensor { self(InnerProducts(of: x.flattened)) }

  public func gives(_ input: TensorKind) -> TensorKind { .square }

  public func layout(of inputs: [Layout]) -> Layout? { inputs.first?.pairs }
}
