package import Tensors

/// Moves the weights of a network by the settings of a recipe, and keeps the memory that its method needs.
package struct WeightsOptimizer: Sendable {
  private let settings: OptimizerSettings
  /// The velocity of each parameter for SGD, or its mean for Adam; the squares of Adam are in
  /// `second`.
  private var first: [Tensor]
  private var second: [Tensor]
  package private(set) var steps = 0

  package init(_ settings: OptimizerSettings, for weights: Weights) {
    self.settings = settings
    first = weights.parameters.map { Tensor(repeating: 0, shape: $0.tensor.shape) }
    second = settings.method == .adam ? first : []
  }

  /// Moves every parameter along its gradient.
  package mutating func step(_ weights: inout Weights, _ gradients: [Tensor], rate: Double) {
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

extension WeightsOptimizer {
  /// The optimizer's memory, by the parameters' names: `first.stem.weight`.
  package func tensors(for weights: Weights) -> [String: Tensor] {
    var tensors: [String: Tensor] = [:]
    for (prefix, memory) in [("first", first), ("second", second)] {
      for (parameter, tensor) in zip(weights.parameters, memory) {
        tensors["\(prefix).\(parameter.name)"] = tensor
      }
    }
    return tensors
  }

  /// This optimizer with the memory that another one had after so many steps.
  ///
  /// - Throws: ``TrainingError/foreignWeights(_:)`` if a name is missing or a shape differs.
  func replaced(
    with tensors: [String: Tensor], steps: Int, for weights: Weights
  ) throws -> WeightsOptimizer {
    let replacement = try Weights(
      parameters: self.tensors(for: weights).map { Weights.Named($0.key, $0.value) }
    ).replaced(with: tensors).tensors
    var optimizer = self
    optimizer.steps = steps
    optimizer.first = weights.parameters.compactMap { replacement["first.\($0.name)"] }
    optimizer.second =
      second.isEmpty ? [] : weights.parameters.compactMap { replacement["second.\($0.name)"] }
    return optimizer
  }
}
