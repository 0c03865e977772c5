public import Training

/// An event of a running experiment.
public enum RunEvent: Sendable {
  /// The last state that was saved cannot be used; the run goes on from the one before it.
  case refused(any Error)
  /// A run that was interrupted goes on.
  case resumed
  case data(training: Int, test: Int, classes: Int)
  /// A training begins, or goes on: the teacher's, or that of a row and seed.
  case begin(Learner, epochs: Int)
  case training(Learner, Trainer.Event)
  /// The teacher was trained or loaded.
  case teacher(Int, Results.Teacher, Model)
  /// A student was trained; its metric is the accuracy, or of one that tries a weight that by
  /// which the weight is chosen.
  case student(Learner, Model, metric: Double)
  /// A student diverged, or could not be trained since another did. A weight that it tried is not
  /// chosen, and its row has no student of that seed.
  case divergence(Learner, Results.Divergence)
  /// A row's weight was chosen.
  case choice(row: String, Results.Choice)
  /// A teacher's outputs were computed and could not be kept in the folder, which costs the run
  /// nothing; told once.
  case uncached(any Error)
  /// All is done and, of a run in a folder, written. What it would have gone on from is removed after
  /// this.
  case results(Results)

  /// Whether an epoch or a training ended, after which a state is worth saving.
  package var isMilestone: Bool {
    switch self {
    case .training(_, .epoch), .teacher, .student, .divergence: true
    case .refused, .resumed, .data, .begin, .choice, .uncached, .results, .training(_, .step): false
    }
  }
}
