// Numbers and nested arrays of numbers as tensors.

extension Tensor: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
  /// A scalar, of shape [].
  public init(floatLiteral value: Double) { self.init(value) }

  /// A scalar, of shape [].
  public init(integerLiteral value: Int) { self.init(Double(value)) }
}

extension Tensor: ExpressibleByArrayLiteral {
  /// Tensors of equal shapes along a new first axis, so that nested numbers have the shape that they
  /// are written in:
  ///
  ///     let x: Tensor = [[1, 2, 3], [4, 5, 6]]  // of shape [2, 3]
  ///
  /// Gradients flow to elements that are not constants. The empty literal has shape [0]. Elements of
  /// unequal shapes trap, with both shapes in the message.
  public init(arrayLiteral elements: Tensor...) {
    self = .stacked(elements)
  }
}
