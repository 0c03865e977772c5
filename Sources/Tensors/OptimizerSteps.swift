import CKernels

// One step of an optimizer, in one pass over a parameter. Nothing is changed: parameter and state
// go in, the new ones come out.

extension Tensor {
  /// A step of stochastic gradient descent, as `torch.optim.SGD` takes it without dampening:
  /// g ← g + λ·p, v ← μ·v + g, p ← p − η·v, or p − η·(g + μ·v) with Nesterov's look ahead.
  ///
  /// This tensor is p, of any shape; g and v have the same. v is zero before the first step. λ is the
  /// weight decay, μ the momentum, η the learning rate.
  package func descended(
    along gradient: Tensor, velocity: Tensor, learningRate: Float, momentum: Float,
    weightDecay: Float, nesterov: Bool
  ) -> (parameter: Tensor, velocity: Tensor) {
    require(
      shape == gradient.shape && shape == velocity.shape,
      "[descended] shapes \(shape), \(gradient.shape) and \(velocity.shape) differ")
    let (p, v) = (Storage(count: count), Storage(count: count))
    kernels.optimizer.stochasticGradientDescent(
      Int64(count), pointer, gradient.pointer, velocity.pointer, learningRate, momentum,
      weightDecay, nesterov, p.pointer, v.pointer)
    return (
      Tensor(shape: shape, storage: p, node: nil), Tensor(shape: shape, storage: v, node: nil)
    )
  }

  /// A step of Adam (Kingma and Ba 2015, algorithm 1), as `torch.optim.Adam` takes it:
  /// g ← g + λ·p, m ← β₁·m + (1 − β₁)·g, s ← β₂·s + (1 − β₂)·g²,
  /// p ← p − η·m̂/(√ŝ + ε) with m̂ = m/(1 − β₁ᵗ) and ŝ = s/(1 − β₂ᵗ).
  ///
  /// This tensor is p, of any shape; g, m and s have the same. m and s are zero before the first
  /// step, which has t = 1. λ is the weight decay, β₁ and β₂ are the decays, η is the learning rate.
  package func adapted(
    along gradient: Tensor, mean: Tensor, square: Tensor, step: Int, learningRate: Double,
    decays: (mean: Double, square: Double), epsilon: Double, weightDecay: Double
  ) -> (parameter: Tensor, mean: Tensor, square: Tensor) {
    require(
      shape == gradient.shape && shape == mean.shape && shape == square.shape,
      "[adapted] shapes \(shape), \(gradient.shape), \(mean.shape), \(square.shape) differ")
    require(step > 0, "[adapted] the first step is 1, not \(step)")
    let t = Double(step)
    let (p, m, s) = (Storage(count: count), Storage(count: count), Storage(count: count))
    kernels.optimizer.adam(
      Int64(count), pointer, gradient.pointer, mean.pointer, square.pointer,
      Float(learningRate / (1 - decays.mean.raised(to: t))),
      Float(1 / (1 - decays.square.raised(to: t)).squareRoot()), Float(decays.mean),
      Float(1 - decays.mean), Float(decays.square), Float(1 - decays.square), Float(epsilon),
      Float(weightDecay), p.pointer, m.pointer, s.pointer)
    return (
      Tensor(shape: shape, storage: p, node: nil), Tensor(shape: shape, storage: m, node: nil),
      Tensor(shape: shape, storage: s, node: nil)
    )
  }
}
