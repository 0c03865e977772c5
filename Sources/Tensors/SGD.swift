/// Stochastic gradient descent, with momentum if that is not 0.
///
/// The step of a weight p with gradient g is PyTorch's (`torch.optim.SGD` without dampening):
///
///     g ← g + λ p,  v ← μ v + g,  p ← p − η v
///
/// or, with Nesterov's look ahead, p ← p − η (g + μ v). η is the learning rate, μ the momentum and λ
/// the weight decay. v is 0 before the first step.
public struct SGD: Optimizer {
  /// The learning rate η.
  public var learningRate: Double
  /// The momentum μ.
  public var momentum: Double
  /// The weight decay λ: what share of the weight is added to its gradient.
  public var weightDecay: Double
  /// Whether a step looks ahead along the velocity. Without momentum this changes nothing.
  public var nesterov: Bool

  /// The velocity v of each weight; empty before the first step.
  public var velocities: [Tensor] = []

  /// An optimizer before its first step.
  public init(
    learningRate: Double, momentum: Double = 0, weightDecay: Double = 0, nesterov: Bool = false
  ) {
    self.learningRate = learningRate
    self.momentum = momentum
    self.weightDecay = weightDecay
    self.nesterov = nesterov
  }

  /// Replaces each weight by what one step against its gradient makes of it; see ``Optimizer``.
  public mutating func step(_ weights: inout [Tensor], _ gradients: [Tensor]) {
    if velocities.isEmpty { velocities = weights.map { .zeros($0.shape) } }
    check(weights, gradients, "gradients")
    check(weights, velocities, "velocities")
    for i in weights.indices {
      (weights[i], velocities[i]) = weights[i].descended(
        along: gradients[i], velocity: velocities[i], learningRate: Float(learningRate),
        momentum: Float(momentum), weightDecay: Float(weightDecay), nesterov: nesterov)
    }
  }
}
