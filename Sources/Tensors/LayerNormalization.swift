import CKernels

extension Tensor {
  /// y = γ·(x − μ)/√(σ² + ε) + β, with the mean μ and the variance σ² of each vector along the last
  /// axis, as PyTorch's `LayerNorm`. The variance is the mean of squared deviations.
  ///
  /// J. Ba, J. R. Kiros, G. Hinton: Layer Normalization, arXiv:1607.06450.
  ///
  /// - Parameters:
  ///   - scale: γ, [D] for this tensor of shape […, D]. Another shape traps.
  ///   - shift: β, [D].
  ///   - epsilon: ε, which keeps a vector of equal numbers at β.
  /// - Returns: A tensor of the same shape.
  public func layerNormalized(scale: Tensor, shift: Tensor, epsilon: Double = 1e-5) -> Tensor {
    let rows = Rows(of: self)
    require(
      rank > 0 && scale.shape == [rows.length] && shift.shape == [rows.length],
      "[layerNormalized] shape \(shape) with scale \(scale.shape) and shift \(shift.shape)")
    let (x, γ) = (detached, scale.detached)
    // The mean and the inverse deviation of each row.
    let moments = Storage(count: 2 * rows.count)
    let y = Tensor.constant(shape: shape) { y in
      let kernels = kernels.rows
      rows.forEachBlock { start, count in
        kernels.layerNormalize(
          count, rows.length, epsilon, x.pointer + start, γ.pointer, shift.pointer, y + start,
          moments.pointer + 2 * start / rows.length)
      }
    }
    return y.computed(from: [self, scale, shift]) { dy in
      // dγ and dβ of each block, which are then summed in order.
      let partial = Storage(count: 2 * rows.blocks * rows.length)
      let dx = Tensor.constant(shape: x.shape) { dx in
        let kernels = kernels.rows
        rows.forEachBlock { start, count in
          let sums = partial.pointer + 2 * (start / rows.length / rows.blockLength) * rows.length
          sums.update(repeating: 0, count: 2 * rows.length)
          kernels.layerNormalizeGradient(
            count, rows.length, x.pointer + start, γ.pointer,
            moments.pointer + 2 * start / rows.length, dy.pointer + start, dx + start, sums,
            sums + rows.length)
        }
      }
      let sums = Tensor(shape: [rows.blocks, 2 * rows.length], storage: partial, node: nil)
        .summed(to: [1, 2 * rows.length]).reshaped([2, rows.length])
      return [dx] + [0, 1].map { sums.rows([$0]).reshaped([rows.length]) }
    }
  }
}
