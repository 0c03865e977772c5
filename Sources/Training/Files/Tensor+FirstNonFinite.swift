public import Tensors

extension Tensor {
  /// The first scalar, in row-major order, that is NaN or infinite, with one index for each axis;
  /// `nil` where all are finite.
  public var firstNonFinite: (index: [Int], value: Scalar)? {
    guard var rest = firstNonFiniteIndex else { return nil }
    let value = withUnsafeBufferPointer { [rest] in $0[rest] }
    var index = shape
    for axis in shape.indices.reversed() {
      index[axis] = rest % shape[axis]
      rest /= shape[axis]
    }
    return (index, value)
  }
}
