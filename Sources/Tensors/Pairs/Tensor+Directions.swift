import CKernels

extension Tensor {
  /// The rows of this matrix over their lengths plus ε. An ε that changes no cosine of two rows by more than
  /// 2⁻²⁴ of it counts as 0, and then the rows may have any unit.
  func directions(damping ε: Double) -> Tensor {
    isNegligible(ε) ? atUnitScale().normalized() : normalized(damping: ε)
  }

  private func isNegligible(_ ε: Double) -> Bool {
    guard ε > 0 else { return true }
    let (n, d, dot) = (shape[0], shape[1], kernels.elementwise.dot)
    let squares = (0..<n).lazy.map { dot(d, pointer + $0 * d, pointer + $0 * d) }
    return 0x1p25 * ε <= (squares.filter { $0 > 0 }.min() ?? 0).squareRoot()
  }
}
