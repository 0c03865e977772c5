extension Tensor {
  /// The squared distances ‖xᵢ − xⱼ‖² between the rows of an N×D matrix: N×N, exactly symmetric,
  /// with a zero diagonal.
  ///
  /// Computed from differences and not from the Gram matrix of the rows as they are, which loses
  /// most of its figures when the rows' mean is large beside their spread.
  public var pairwiseSquaredDistances: Tensor {
    precondition(rank == 2, "[pairwise distances] shape \(shape) is not a matrix")
    let (n, d, x) = (shape[0], shape[1], detached)
    return Tensor.operation(shape: [n, n], inputs: [self]) { y in
      Parallel.forEach(n, work: n * n * d / 2) { i in
        y[i * n + i] = 0
        for j in 0..<i {
          var sum = 0.0
          for k in 0..<d {
            let difference = Double(x.pointer[i * d + k]) - Double(x.pointer[j * d + k])
            sum += difference * difference
          }
          y[i * n + j] = Scalar(sum)
          y[j * n + i] = Scalar(sum)
        }
      }
    } pullback: { dy in
      // With w = dy + dyᵀ: dxᵢ = 2 Σⱼ wᵢⱼ (xᵢ − xⱼ).
      let w = dy + dy.transposed
      return [
        Tensor(shape: [n, d]) { dx in
          Parallel.forEach(n, work: n * n * d) { i in
            var sums = [Double](repeating: 0, count: d)
            for j in 0..<n {
              let wij = Double(w.pointer[i * n + j])
              for k in 0..<d {
                sums[k] += wij * (Double(x.pointer[i * d + k]) - Double(x.pointer[j * d + k]))
              }
            }
            for k in 0..<d { dx[i * d + k] = Scalar(2 * sums[k]) }
          }
        }
      ]
    }
  }
}
