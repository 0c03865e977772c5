public import Tensors

/// A relation that knows the shape of the other network's value, for example to bring maps to one size.
public protocol PairedRelation: Relation<Tensor> {
  /// The value.
  ///
  /// - Parameters:
  ///   - x: The value of a network.
  ///   - other: The shape of the other network's value.
  /// - Returns: A tensor.
  func callAsFunction(_ x: Tensor, beside other: [Int]) -> Tensor
}

extension PairedRelation {
  /// The value beside another of its own shape.
  public func callAsFunction(_ x: Tensor) -> Tensor { self(x, beside: x.shape) }
}
