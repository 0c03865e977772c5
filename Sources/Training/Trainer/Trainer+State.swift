package import Distillation
package import Tensors

extension Trainer {
  /// How far a training has come. Chance and batches depend on the seed, the epoch and the step
  /// alone, so that nothing else decides how it goes on.
  public struct State: Sendable {
    /// The network as it is now.
    public package(set) var student: TrainedNetwork

    /// What the finished epochs came to.
    public package(set) var history: [Epoch] = []

    /// How many steps of the epoch after them were taken.
    public package(set) var step = 0

    package var optimizer: Optimizer
    /// The loss's own, where it has any.
    package var learned: LearnedScalars?
    /// Of these steps: the losses and the time.
    package var sums: LossSums
    package var seconds = 0.0

    /// The state before the first step.
    package init(of student: TrainedNetwork, by loss: LossGraph, _ settings: OptimizerSettings) {
      self.student = student
      optimizer = Optimizer(settings, for: student.weights)
      learned = LearnedScalars(of: loss, settings)
      sums = LossSums(terms: loss.reportedSummands.count)
    }

    /// Makes way for the next epoch.
    mutating func finish(_ epoch: Epoch) {
      history.append(epoch)
      (step, seconds) = (0, 0)
      sums = LossSums(terms: sums.values.count)
    }
  }
}

extension Trainer.State {
  /// The network's, the optimizer's and the loss's, by names: `weights.stem.weight`,
  /// `first.stem.weight`, `learned.values.logVariances`.
  package var tensors: [String: Tensor] {
    var tensors = optimizer.tensors(for: student.weights)
    for (name, tensor) in student.weights.tensors { tensors["weights.\(name)"] = tensor }
    tensors.merge(learned?.tensors ?? [:]) { $1 }
    return tensors
  }

  /// Takes over these tensors.
  package mutating func restore(_ tensors: [String: Tensor], optimizerSteps: Int) throws {
    let prefix = "weights."
    let weights = tensors.filter { $0.key.hasPrefix(prefix) }
      .map { (String($0.key.dropFirst(prefix.count)), $0.value) }
    student = try student.replaced(with: Dictionary(uniqueKeysWithValues: weights))
    optimizer = try optimizer.replaced(
      with: tensors, steps: optimizerSteps, for: student.weights)
    learned = try learned?.replaced(with: tensors, steps: optimizerSteps)
  }
}
