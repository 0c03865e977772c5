import CKernels

extension Tensor {
  /// The squared distances ‖xᵢ − xⱼ‖² between the rows of an N×D matrix: N×N, exactly symmetric,
  /// with a zero diagonal.
  ///
  /// Exact to a few units in the last place also where the rows' mean is large beside their
  /// spread. What is beyond Float32 is its largest number.
  public var pairwiseSquaredDistances: Tensor {
    precondition(rank == 2, "[pairwise distances] shape \(shape) is not a matrix")
    return InnerProducts(of: self).squaredDistances
  }

  /// √d² for a square matrix of squared distances, at least ε off the diagonal and 0 on it.
  ///
  /// An entry below ε² has gradient 0.
  public func distances(epsilon ε: Double) -> Tensor {
    precondition(
      rank == 2 && shape[0] == shape[1], "[distances] shape \(shape) is not a square matrix")
    let n = max(shape[0], 1)
    let ε = Scalar(ε)
    let y = Tensor(shape: shape) { y in
      for i in 0..<count { y[i] = max(pointer[i].squareRoot(), ε) }
      for i in 0..<shape[0] { y[i * n + i] = 0 }
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
