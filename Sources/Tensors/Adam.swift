/// Adam, which divides each step by the size that its gradients have had.
///
/// The step t = 1, 2, … of a weight p with gradient g is PyTorch's (`torch.optim.Adam`):
///
///     g ← g + λ p,  m ← β₁ m + (1 − β₁) g,  s ← β₂ s + (1 − β₂) g²,
///     p ← p − η m̂ / (√ŝ + ε)  with  m̂ = m / (1 − β₁ᵗ),  ŝ = s / (1 − β₂ᵗ)
///
/// η is the learning rate and λ the weight decay. m and s are 0 before the first step. For a weight
/// decay beside the gradient, there is ``AdamW``.
///
/// D. P. Kingma, J. Ba: Adam: A Method for Stochastic Optimization, ICLR 2015, algorithm 1.
public struct Adam: Optimizer {
  /// The learning rate η.
  public var learningRate: Double
  /// β₁: how much of the mean of gradients stays at a step.
  public var beta1: Double
  /// β₂: how much of the mean of squares stays at a step.
  public var beta2: Double
  /// ε, which keeps the divisor from 0.
  public var epsilon: Double
  /// The weight decay λ: what share of the weight is added to its gradient.
  public var weightDecay: Double

  /// The mean m of the gradients of each weight; empty before the first step.
  public var means: [Tensor] = []
  /// The mean s of the squares of each weight's gradients; empty before the first step.
  public var squares: [Tensor] = []
  /// How many steps were taken.
  public var steps = 0

  /// An optimizer before its first step.
  public init(
    learningRate: Double = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
    weightDecay: Double = 0
  ) {
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
  }

  /// Replaces each weight by what one step against its gradient makes of it; see ``Optimizer``.
  public mutating func step(_ weights: inout [Tensor], _ gradients: [Tensor]) {
    if means.isEmpty { means = weights.map { .zeros($0.shape) } }
    if squares.isEmpty { squares = weights.map { .zeros($0.shape) } }
    check(weights, gradients, "gradients")
    check(weights, means, "means")
    check(weights, squares, "squares")
    steps += 1
    for i in weights.indices {
      (weights[i], means[i], squares[i]) = weights[i].adapted(
        along: gradients[i], mean: means[i], square: squares[i], step: steps,
        learningRate: learningRate, decays: (beta1, beta2), epsilon: epsilon,
        weightDecay: weightDecay)
    }
  }
}
