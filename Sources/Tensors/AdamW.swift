/// Adam with a weight decay beside the gradient, which no square of gradients divides.
///
/// The step of a weight p is PyTorch's (`torch.optim.AdamW`): p ← p − η λ p, and then ``Adam``'s
/// without a weight decay of its own, whose gradient g was taken before.
///
/// I. Loshchilov, F. Hutter: Decoupled Weight Decay Regularization, ICLR 2019.
public struct AdamW: Optimizer {
  /// The weight decay λ: a step takes this share of a weight off, times the learning rate.
  public var weightDecay: Double

  /// The step without the decay, and all that is remembered. Its own weight decay is 0.
  public var adam: Adam

  /// The learning rate η, which is that of ``adam``.
  public var learningRate: Double {
    get { adam.learningRate }
    set { adam.learningRate = newValue }
  }

  /// An optimizer before its first step.
  public init(
    learningRate: Double = Adam().learningRate, beta1: Double = Adam().beta1,
    beta2: Double = Adam().beta2, epsilon: Double = Adam().epsilon, weightDecay: Double = 0.01
  ) {
    self.weightDecay = weightDecay
    adam = Adam(learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon)
  }

  /// Replaces each weight by what one step against its gradient makes of it; see ``Optimizer``.
  public mutating func step(_ weights: inout [Tensor], _ gradients: [Tensor]) {
    let kept = Float(1 - learningRate * weightDecay)
    weights = weights.map { $0.scaled(by: kept) }
    adam.step(&weights, gradients)
  }
}
