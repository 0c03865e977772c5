import CKernels

extension Tensor {
  /// The squared distances ‖xᵢ − xⱼ‖² between the rows of an N×D matrix: N×N, exactly symmetric,
  /// with a zero diagonal.
  ///
  /// They are exact to a few units in the last place, even if the rows' mean is large beside their
  /// spread. A distance beyond Float32 is infinite. A tensor that is no matrix traps.
  public var pairwiseSquaredDistances: Tensor {
    require(rank == 2, "[pairwise distances] shape \(shape) is not a matrix")
    return InnerProducts(of: self).squaredDistances
  }

  /// √d² for a square matrix of squared distances, at least ε off the diagonal and 0 on it.
  ///
  /// An entry below ε² has gradient 0. A tensor that is no square matrix traps.
  public func distances(epsilon ε: Double) -> Tensor {
    require(
      rank == 2 && shape[0] == shape[1], "[distances] shape \(shape) is not a square matrix")
    let ε = Scalar(ε)
    if let pairs = deferred(
      as: { $0.mapped(by: .length(epsilon: ε)) }, holding: { $0.distances(epsilon: Double(ε)) })
    {
      return pairs
    }
    let (n, count) = (shape[0], count)
    let y = Tensor.constant(shape: shape) { y in
      let kernels = kernels.relations
      Parallel.forEachElementwisePart(of: count) { start, count in
        kernels.lengths(count, ε, pointer + start, y + start)
      }
      for i in 0..<n { y[i * n + i] = 0 }
    }
    return y.computed(from: [self]) { dy in
      [
        Tensor.constant(shape: y.shape) { dx in
          let kernels = kernels.relations
          Parallel.forEachElementwisePart(of: count) { start, count in
            kernels.lengthsGradient(
              count, ε, y.pointer + start, dy.pointer + start, dx + start)
          }
        }
      ]
    }
  }

  /// A square matrix divided by the mean of its entries off the diagonal; zero if that mean is 0, or
  /// its magnitude below the smallest normal number. A matrix that is not square traps.
  public func dividedByMeanOffDiagonal() -> Tensor {
    if let pairs = deferred(
      as: { $0.divided(by: .mean) }, holding: { $0.dividedByMeanOffDiagonal() })
    {
      return pairs
    }
    let mean = Double(meanOffDiagonal().scalar)
    let (n, count) = (shape[0], count)
    let isZero = mean.magnitude < Double(Scalar.leastNormalMagnitude)
    let inverse = isZero ? 0 : 1 / mean
    @Sendable func scaled(_ x: Tensor, by factor: Double, plus offset: Double) -> Tensor {
      Tensor.constant(shape: [n, n]) { y in
        let kernels = kernels.relations
        Parallel.forEachElementwisePart(of: count) { start, count in
          kernels.affine(count, Float(factor), Float(offset), x.pointer + start, y + start)
        }
      }
    }
    // Divided, so that an entry that is the mean becomes exactly 1.
    let y = isZero ? Tensor(repeating: 0, shape: shape) : detached / Tensor(mean)
    return y.computed(from: [self]) { dy in
      // y = x/μ: dx = (dy − ⟨dy, y⟩ / N)/μ off the diagonal, of N entries, and dy/μ on it.
      let along = dy.innerProduct(with: y) / Double(max(n * (n - 1), 1))
      let dx = scaled(dy, by: inverse, plus: -along * inverse)
      for i in 0..<n {
        dx.storage.pointer[i * n + i] = Float(Double(dy.pointer[i * n + i]) * inverse)
      }
      return [dx]
    }
  }

  /// Σ xᵢ yᵢ over all scalars.
  private func innerProduct(with y: Tensor) -> Double {
    let kernels = kernels.elementwise
    return Parallel.sumOfElementwiseParts(of: count) {
      kernels.dot($1, pointer + $0, y.pointer + $0)
    }
  }
}
