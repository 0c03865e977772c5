package import Distillation
import Tensors

/// The scalars of a loss that are learned with the student, by the same method and rate and
/// without weight decay.
package struct LearnedScalars: Sendable {
  /// The parameters of the loss that they are, by name.
  package private(set) var weights: Weights
  private var optimizer: Optimizer

  /// Their initial values; `nil` if the loss has none.
  package init?(of loss: LossGraph, _ settings: OptimizerSettings) {
    let parameters = loss.learnedWeights.sorted { $0.key < $1.key }
    guard !parameters.isEmpty else { return nil }
    weights = Weights(parameters: parameters.map { Weights.Named($0.key, $0.value) })
    optimizer = Optimizer(settings.with(\.weightDecay, 0), for: weights)
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
  /// The state of a loss that learns these and owns nothing else.
  package init(learning weights: Weights?) {
    let parameters = (weights?.parameters ?? []).map { ($0.name, $0.tensor) }
    self.init(parameters: Dictionary(uniqueKeysWithValues: parameters))
  }
}

extension LearnedScalars {
  private static let prefix = "learned."

  /// Values and the optimizer's memory, by names: `learned.values.uncertainty.logVariances`.
  var tensors: [String: Tensor] {
    var tensors = optimizer.tensors(for: weights)
    for (name, tensor) in weights.tensors { tensors["values.\(name)"] = tensor }
    return Dictionary(uniqueKeysWithValues: tensors.map { (Self.prefix + $0.key, $0.value) })
  }

  /// These with the numbers of a checkpoint, which may hold others beside them.
  ///
  /// Throws ``TrainingError/foreignWeights(_:)``.
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
