public import Training

extension Experiment {
  /// What is told while an experiment goes on.
  public enum Event: Sendable {
    case data(training: Int, test: Int, classes: Int)
    /// A training begins, or goes on: the teacher's, or that of a row and seed.
    case begin(Learner, epochs: Int)
    case training(Learner, Trainer.Event)
    /// The teacher was trained or loaded.
    case teacher(Int, Results.Teacher, TrainedNetwork)
    /// A student was trained; its metric is the accuracy, or of one that tries a weight that by
    /// which the weight is chosen.
    case student(Learner, TrainedNetwork, metric: Double)
    /// A student diverged, or could not be trained since another did. A weight that it tried is not
    /// chosen, and its row has no student of that seed.
    case divergence(Learner, Results.Divergence)
    /// A row's weight was chosen.
    case choice(row: String, Results.Choice)
    /// A teacher's outputs were computed and could not be kept in the folder, which costs the run
    /// nothing; told once.
    case uncached(any Error)

    /// Whether an epoch or a training ended, after which a state is worth saving.
    public var isMilestone: Bool {
      switch self {
      case .training(_, .epoch), .teacher, .student, .divergence: true
      case .data, .begin, .choice, .uncached, .training(_, .step): false
      }
    }
  }
}
