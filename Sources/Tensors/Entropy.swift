extension Tensor {
  /// The entropy of softmax(z) for each row z of an N×C matrix, in Double: numbers for
  /// decisions, without a gradient. A tensor that is no matrix traps.
  public var entropies: [Double] {
    require(rank == 2, "[entropies] shape \(shape) is not a matrix")
    let width = shape[1]
    return (0..<shape[0]).map { row in
      let z = UnsafeBufferPointer(start: pointer + row * width, count: width).map { Double($0) }
      // H = log Σ e^(z − m) − Σ (z − m) e^(z − m) / Σ e^(z − m), with the largest number m of z.
      let largest = z.max() ?? 0
      let shifted = z.map { $0 - largest }
      let weights = shifted.map { $0.exponential() }
      let total = weights.reduce(0, +)
      return total.logarithm() - zip(shifted, weights).reduce(0) { $0 + $1.0 * $1.1 } / total
    }
  }
}
