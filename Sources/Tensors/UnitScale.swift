import CKernels

extension Tensor {
  /// These numbers times the power of two that brings the largest magnitude to between 1 and 2. As they
  /// are where that is between 2⁻⁸ and 2⁸ already, or where it is 0 or no number.
  ///
  /// The product is exact, and so is its gradient. What follows and does not depend on the unit of the
  /// numbers in the mathematics, such as a direction, then does not depend on it in Float32 either:
  /// their squares stay within its range, and a smallest length of 10⁻¹² is one relative to theirs.
  public func atUnitScale() -> Tensor {
    let largest = largestMagnitude
    guard largest > 0, largest.isFinite, !(0x1p-8...0x1p8).contains(largest) else { return self }
    // Beyond 2¹²⁶ a float holds no power.
    let exponent = min(-Int(largest.exponent), 126)
    return Tensor(Double(sign: .plus, exponent: exponent, significand: 1)) * self
  }

  /// The largest magnitude of a number here; 0 where there is none.
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
