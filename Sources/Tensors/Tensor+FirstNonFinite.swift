import CKernels

extension Tensor {
  /// The row-major index of the first scalar that is NaN or infinite, or `nil`.
  public var firstNonFiniteIndex: Int? {
    let finite = kernels.elementwise.finiteCount(count, storage.pointer)
    return finite < count ? finite : nil
  }

  /// The first scalar, in row-major order, that is NaN or infinite, with one index for each axis;
  /// `nil` if all are finite.
  public var firstNonFinite: (index: [Int], value: Scalar)? {
    guard let first = firstNonFiniteIndex else { return nil }
    return (Self.index(ofScalar: first, shape: shape), withUnsafeBufferPointer { $0[first] })
  }

  /// The index for each axis of a scalar that is counted in row-major order.
  package static func index(ofScalar scalar: Int, shape: [Int]) -> [Int] {
    var (rest, index) = (scalar, shape)
    for axis in shape.indices.reversed() {
      index[axis] = rest % shape[axis]
      rest /= shape[axis]
    }
    return index
  }
}
