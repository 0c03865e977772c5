package import Distillation
package import Tensors

/// A network in training: the model, the optimizer's memory, and the tensors of the loss.
package struct Trainee: Sendable {
  package internal(set) var model: Model
  package internal(set) var optimizer: WeightsOptimizer
  /// The tensors that the loss learns and keeps.
  package internal(set) var loss: LossTensors

  /// A model before its first step.
  package init(_ model: Model, _ loss: LossTensors, _ settings: OptimizerSettings) {
    (self.model, self.loss) = (model, loss)
    optimizer = WeightsOptimizer(settings, for: model.weights)
  }

  /// The tensors that the loss owns at present.
  package var lossState: LossState { loss.state }

  /// Fills each memory of the loss that grows with random rows, as many as it has after a training of so many
  /// epochs on so many images. A step then takes as long as one of the last steps.
  package mutating func fillMemory(images: Int, epochs: Int) {
    loss = loss.full(images: images, epochs: epochs)
  }

  /// The tensors of the network, the optimizer and the loss, by name: `weights.stem.weight`,
  /// `first.stem.weight`, `learned.values.fitnet.weight`, `memory.rrd.queue`.
  package var tensors: [String: Tensor] {
    var tensors = optimizer.tensors(for: model.weights)
    for (name, tensor) in model.weights.tensors { tensors["weights.\(name)"] = tensor }
    tensors.merge(loss.tensors) { $1 }
    return tensors
  }

  /// This trainee with the tensors that another one had after so many steps.
  ///
  /// - Throws: ``TrainingError/foreignWeights(_:)`` or ``TrainingError/foreignLoss(_:)``.
  func replaced(with tensors: [String: Tensor], steps: Int) throws -> Trainee {
    var trainee = self
    trainee.model = try model.replaced(with: tensors.named("weights."))
    trainee.optimizer = try optimizer.replaced(
      with: tensors, steps: steps, for: trainee.model.weights)
    trainee.loss = try loss.replaced(with: tensors, steps: steps)
    return trainee
  }
}
