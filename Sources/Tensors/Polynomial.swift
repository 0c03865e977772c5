import CKernels

extension Tensor {
  /// c₀ + c₁ x + c₂ x² + … of each scalar, evaluated in Double.
  public func polynomial(_ coefficients: [Double]) -> Tensor {
    if let pairs = deferred(
      as: { $0.mapped(by: .polynomial(coefficients)) },
      holding: { $0.polynomial(coefficients) })
    {
      return pairs
    }
    let derivative = coefficients.enumerated().dropFirst().map { Double($0) * $1 }
    let x = detached
    return x.polynomial(coefficients, times: nil).computed(from: [self]) { dy in
      [x.polynomial(derivative, times: dy)]
    }
  }

  /// The polynomial of a constant, multiplied by another tensor in the same pass.
  private func polynomial(_ coefficients: [Double], times factor: Tensor?) -> Tensor {
    Tensor.constant(shape: shape) { y in
      let kernels = kernels.elementwise
      Parallel.forEachElementwisePart(of: count) { start, count in
        kernels.polynomial(
          count, coefficients.count, coefficients, pointer + start,
          factor.map { $0.pointer + start }, y + start)
      }
    }
  }
}
