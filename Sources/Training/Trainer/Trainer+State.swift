package import Distillation
package import Tensors

extension Trainer {
  /// How far a training has come. Random choices and batches depend only on the seed, the epoch and
  /// the step, so nothing outside this state decides how the training goes on.
  public struct State: Sendable {
    /// The network and everything that is learned with it.
    package internal(set) var trainee: Trainee

    /// The results of the finished epochs.
    public package(set) var history: [Epoch] = []

    /// The number of steps taken in the epoch that has begun.
    public package(set) var step = 0

    /// The sums of the losses over these steps.
    package var sums: LossSums
    package var seconds = 0.0

    /// The network in its present state.
    public var model: Model { trainee.model }

    /// The state before the first step.
    package init(of model: Model, by loss: LossGraph, _ settings: OptimizerSettings) {
      trainee = Trainee(model, learningBy: loss, settings)
      sums = LossSums(terms: loss.reportedSummands.count)
    }

    /// Adds the results of an epoch, and resets the sums for the next.
    mutating func finish(_ epoch: Epoch) {
      history.append(epoch)
      (step, seconds) = (0, 0)
      sums = LossSums(terms: sums.values.count)
    }

    /// Takes over the tensors of a trainee that has taken so many steps.
    ///
    /// - Throws: ``TrainingError/foreignWeights(_:)``.
    package mutating func restore(_ tensors: [String: Tensor], optimizerSteps: Int) throws {
      trainee = try trainee.replaced(with: tensors, steps: optimizerSteps)
    }
  }
}
