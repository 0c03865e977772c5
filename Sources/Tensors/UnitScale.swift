import CKernels

extension Tensor {
  /// These numbers times the power of two that brings the largest magnitude to between 1 and 2. They
  /// stay as they are if it is between 2⁻⁸ and 2⁸ already, or is 0 or infinite.
  ///
  /// The product is exact, and so is its gradient. A later result that does not depend on the unit of
  /// the numbers in the mathematics, such as a direction, then does not depend on it in Float32
  /// either: squares of the numbers stay within its range, and a smallest length of 10⁻¹² is relative
  /// to their length.
  public func atUnitScale() -> Tensor {
    let largest = largestMagnitude
    guard largest > 0, largest.isFinite, !(0x1p-8...0x1p8).contains(largest) else { return self }
    // Beyond 2¹²⁶ a float holds no power.
    let exponent = min(-Int(largest.exponent), 126)
    return Tensor(Double(sign: .plus, exponent: exponent, significand: 1)) * self
  }

  /// The largest magnitude of a number here, NaN left out; 0 if there is none.
  private var largestMagnitude: Scalar {
    let (kernels, part) = (kernels.elementwise, Parallel.elementwisePart)
    var maxima = [Scalar](repeating: 0, count: (count + part - 1) / part)
    maxima.withUnsafeMutableBufferPointer { maxima in
      Parallel.forEachElementwisePart(of: count) { start, count in
        maxima[start / part] = kernels.largestMagnitude(count, pointer + start)
      }
    }
    return maxima.max() ?? 0
  }
}
