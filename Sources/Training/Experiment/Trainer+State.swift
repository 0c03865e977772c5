import Distillation
import Tensors

extension Trainer {
  /// How far a training has come. Chance and batches depend on the seed, the epoch and the step
  /// alone, so that nothing else decides how it goes on.
  public struct State: Sendable {
    /// The network as it is now.
    public internal(set) var student: TrainedNetwork

    /// What the finished epochs came to.
    public internal(set) var history: [Results.Epoch] = []

    /// How many steps of the epoch after them were taken.
    public internal(set) var step = 0

    var optimizer: Optimizer
    /// The loss's own, where it has any.
    var learned: LearnedScalars?
    /// Of these steps: the losses and the time.
    var sums: LossSums
    var seconds = 0.0

    /// The state before the first step.
    init(of student: TrainedNetwork, by loss: LossGraph, _ settings: OptimizerSettings) {
      self.student = student
      optimizer = Optimizer(settings, for: student.weights)
      learned = LearnedScalars(of: loss, settings)
      sums = LossSums(terms: loss.reportedSummands.count)
    }

    /// Makes way for the next epoch.
    mutating func finish(_ epoch: Results.Epoch) {
      history.append(epoch)
      (step, seconds) = (0, 0)
      sums = LossSums(terms: sums.values.count)
    }
  }
}
