package import Distillation
package import Tensors

/// A network in training: the model, the optimizer's memory, and the scalars that the loss itself
/// learns.
package struct Trainee: Sendable {
  package internal(set) var model: Model
  package internal(set) var optimizer: WeightsOptimizer
  /// The scalars of the loss; `nil` if it has none.
  package internal(set) var learned: LearnedScalars?

  /// A model before its first step.
  package init(_ model: Model, learningBy loss: LossGraph, _ settings: OptimizerSettings) {
    self.model = model
    optimizer = WeightsOptimizer(settings, for: model.weights)
    learned = LearnedScalars(of: loss, settings)
  }

  /// The tensors that the loss owns at present.
  package var lossState: LossState { LossState(learning: learned?.weights) }

  /// The tensors of the network, the optimizer and the loss, by name: `weights.stem.weight`,
  /// `first.stem.weight`, `learned.values.uncertainty.logVariances`.
  package var tensors: [String: Tensor] {
    var tensors = optimizer.tensors(for: model.weights)
    for (name, tensor) in model.weights.tensors { tensors["weights.\(name)"] = tensor }
    tensors.merge(learned?.tensors ?? [:]) { $1 }
    return tensors
  }

  /// This trainee with the tensors that another one had after so many steps.
  ///
  /// - Throws: ``TrainingError/foreignWeights(_:)``.
  func replaced(with tensors: [String: Tensor], steps: Int) throws -> Trainee {
    let prefix = "weights."
    let weights = tensors.filter { $0.key.hasPrefix(prefix) }
      .map { (String($0.key.dropFirst(prefix.count)), $0.value) }
    var trainee = self
    trainee.model = try model.replaced(with: Dictionary(uniqueKeysWithValues: weights))
    trainee.optimizer = try optimizer.replaced(
      with: tensors, steps: steps, for: trainee.model.weights)
    trainee.learned = try learned?.replaced(with: tensors, steps: steps)
    return trainee
  }
}
