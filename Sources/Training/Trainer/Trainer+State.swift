package import Distillation
package import Tensors

extension Trainer {
  /// How far a training has come. Chance and batches depend on the seed, the epoch and the step
  /// alone, so that nothing else decides how it goes on.
  public struct State: Sendable {
    /// The network and all that is learned with it.
    package internal(set) var trainee: Trainee

    /// What the finished epochs came to.
    public package(set) var history: [Epoch] = []

    /// How many steps of the epoch after them were taken.
    public package(set) var step = 0

    /// Of these steps: the losses and the time.
    package var sums: LossSums
    package var seconds = 0.0

    /// The network as it is now.
    public var model: Model { trainee.model }

    /// The state before the first step.
    package init(of model: Model, by loss: LossGraph, _ settings: OptimizerSettings) {
      trainee = Trainee(model, learningBy: loss, settings)
      sums = LossSums(terms: loss.reportedSummands.count)
    }

    /// Makes way for the next epoch.
    mutating func finish(_ epoch: Epoch) {
      history.append(epoch)
      (step, seconds) = (0, 0)
      sums = LossSums(terms: sums.values.count)
    }

    /// Takes over the tensors of a trainee that has taken so many steps.
    ///
    /// Throws ``TrainingError/foreignWeights(_:)``.
    package mutating func restore(_ tensors: [String: Tensor], optimizerSteps: Int) throws {
      trainee = try trainee.replaced(with: tensors, steps: optimizerSteps)
    }
  }
}
