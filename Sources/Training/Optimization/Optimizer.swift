import Tensors

/// Turns gradients into new weights, and remembers what its method needs.
struct Optimizer: Sendable {
  private let settings: OptimizerSettings
  /// For each parameter: the velocity, or Adam's mean and square.
  private var first: [Tensor]
  private var second: [Tensor]
  private var steps = 0

  init(_ settings: OptimizerSettings, for weights: Weights) {
    self.settings = settings
    first = weights.parameters.map { Tensor(repeating: 0, shape: $0.tensor.shape) }
    second = settings.method == .adam ? first : []
  }

  /// Moves every parameter along its gradient.
  mutating func step(_ weights: inout Weights, _ gradients: [Tensor], rate: Double) {
    steps += 1
    for (i, gradient) in gradients.enumerated() {
      let parameter = weights.parameters[i].tensor
      switch settings.method {
      case .sgd:
        (weights.parameters[i].tensor, first[i]) = parameter.descended(
          along: gradient, velocity: first[i], learningRate: Float(rate),
          momentum: Float(settings.momentum), weightDecay: Float(settings.weightDecay),
          nesterov: settings.nesterov)
      case .adam:
        (weights.parameters[i].tensor, first[i], second[i]) = parameter.adapted(
          along: gradient, mean: first[i], square: second[i], step: steps, learningRate: rate,
          decays: (settings.beta1, settings.beta2), epsilon: settings.epsilon,
          weightDecay: settings.weightDecay)
      }
    }
  }
}
