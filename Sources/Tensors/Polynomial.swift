extension Tensor {
  /// c₀ + c₁ x + c₂ x² + … of each scalar, evaluated in Double.
  public func polynomial(_ coefficients: [Double]) -> Tensor {
    let derivative = coefficients.enumerated().dropFirst().map { Double($0) * $1 }
    let x = detached
    return Tensor.operation(shape: shape, inputs: [self]) { y in
      Parallel.forEachRange(
        of: count, length: Parallel.elementwisePart, work: count * coefficients.count / 2
      ) { range in
        for i in range {
          let x = Double(pointer[i])
          y[i] = Scalar(coefficients.reversed().reduce(0) { $0 * x + $1 })
        }
      }
    } pullback: {
      [$0 * x.polynomial(derivative)]
    }
  }
}
