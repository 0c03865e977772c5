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

extension Tensor {
  /// √d² for a square matrix of squared distances, at least ε off the diagonal and 0 on it.
  ///
  /// An entry below ε² has gradient 0.
  public func distances(epsilon ε: Double) -> Tensor {
    precondition(
      rank == 2 && shape[0] == shape[1], "[distances] shape \(shape) is not a square matrix")
    let n = max(shape[0], 1)
    let ε = Scalar(ε)
    let y = Tensor(shape: shape) { y in
      for i in 0..<count { y[i] = i / n == i % n ? 0 : max(pointer[i].squareRoot(), ε) }
    }
    return y.computed(from: [self]) { dy in
      [
        Tensor(shape: y.shape) { dx in
          for i in 0..<y.count {
            let distance = y.pointer[i]
            dx[i] = distance > ε ? dy.pointer[i] / (2 * distance) : 0
          }
        }
      ]
    }
  }
}
