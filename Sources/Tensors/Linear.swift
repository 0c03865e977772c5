import CKernels

extension Tensor {
  /// x Wᵀ + b for each vector x along the last axis, as PyTorch's `Linear`: […, D] to […, K].
  ///
  /// - Parameters:
  ///   - weight: W, K×D. Another shape traps.
  ///   - bias: b, [K].
  /// - Returns: A tensor with K numbers along the last axis.
  public func linear(weight: Tensor, bias: Tensor) -> Tensor {
    require(
      rank > 0 && weight.rank == 2 && weight.shape[1] == shape[rank - 1]
        && bias.shape == [weight.shape[0]],
      "[linear] shape \(shape) with weight \(weight.shape) and bias \(bias.shape)")
    let (k, n) = (weight.shape[1], weight.shape[0])
    let m = shape.dropLast().product
    let (x, w) = (reshaped([m, k]).detached, weight.detached)
    let (shape, needsInput) = (shape, !isConstant)
    return Tensor.operation(shape: shape.dropLast() + [n], inputs: [self, weight, bias]) { y in
      multiply(
        count: 1, m, n, k, MatrixView(x.pointer, rowLength: k, transposed: false),
        MatrixView(w.pointer, rowLength: k, transposed: true), adding: bias.pointer, into: y)
    } pullback: { dy in
      let dy = dy.reshaped([m, n])
      return [
        needsInput ? Tensor.matmul(dy, w).reshaped(shape) : nil,
        Tensor.matmul(dy, x, transposingFirst: true), dy.summed(to: [n]),
      ]
    }
  }
}
