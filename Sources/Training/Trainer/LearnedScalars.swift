package import Distillation
import Tensors

/// The scalars of a loss that are learned with the student. They use the student's method and rate,
/// but no weight decay.
package struct LearnedScalars: Sendable {
  /// The current values, by the names of the loss's parameters.
  package private(set) var weights: Weights
  private var optimizer: WeightsOptimizer

  /// The scalars with their initial values; `nil` if the loss has none.
  package init?(of loss: LossGraph, _ settings: OptimizerSettings) {
    let parameters = loss.learnedWeights.sorted { $0.key < $1.key }
    guard !parameters.isEmpty else { return nil }
    weights = Weights(parameters: parameters.map { Weights.Named($0.key, $0.value) })
    optimizer = WeightsOptimizer(settings.with(\.weightDecay, 0), for: weights)
  }

  mutating func step(_ gradients: [Tensor], rate: Double) {
    optimizer.step(&weights, gradients, rate: rate)
    let range = LossGraph.learnedRange
    for index in weights.parameters.indices {
      let values = weights.parameters[index].tensor
      weights.parameters[index].tensor = Tensor(
        values.scalars.map { min(max($0, range.lowerBound), range.upperBound) },
        shape: values.shape)
    }
  }
}

extension LossState {
  /// The state of a loss that learns these weights and owns nothing else.
  package init(learning weights: Weights?) {
    let parameters = (weights?.parameters ?? []).map { ($0.name, $0.tensor) }
    self.init(parameters: Dictionary(uniqueKeysWithValues: parameters))
  }
}

extension LearnedScalars {
  private static let prefix = "learned."

  /// The values and the optimizer's memory, by name: `learned.values.uncertainty.logVariances`.
  var tensors: [String: Tensor] {
    var tensors = optimizer.tensors(for: weights)
    for (name, tensor) in weights.tensors { tensors["values.\(name)"] = tensor }
    return Dictionary(uniqueKeysWithValues: tensors.map { (Self.prefix + $0.key, $0.value) })
  }

  /// These scalars with the numbers of a checkpoint, which may hold others as well.
  ///
  /// - Throws: ``TrainingError/foreignWeights(_:)``.
  func replaced(with tensors: [String: Tensor], steps: Int) throws -> LearnedScalars {
    let own = tensors.filter { $0.key.hasPrefix(Self.prefix) }
      .map { (String($0.key.dropFirst(Self.prefix.count)), $0.value) }
    let known = Dictionary(uniqueKeysWithValues: own)
    let values = weights.parameters.compactMap { parameter in
      known["values.\(parameter.name)"].map { (parameter.name, $0) }
    }
    guard values.count == weights.parameters.count else {
      throw TrainingError.foreignWeights("it has no learned weights of terms")
    }
    var replacement = self
    replacement.weights = try weights.replaced(with: Dictionary(uniqueKeysWithValues: values))
    replacement.optimizer = try optimizer.replaced(with: known, steps: steps, for: weights)
    return replacement
  }
}
