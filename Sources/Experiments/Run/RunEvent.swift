public import Training

/// An event of a running experiment.
public enum RunEvent: Sendable {
  /// The last state that was saved cannot be used; the run goes on from the one before it.
  case refused(any Error)
  /// An interrupted run goes on.
  case resumed
  /// The data was read: the number of images to train on, of test images, and of classes.
  case data(training: Int, test: Int, classes: Int)
  /// A training of a teacher or a student begins or goes on, with its total number of epochs.
  case begin(Learner, epochs: Int)
  /// A step or an epoch of a training has ended.
  case training(Learner, Trainer.Event)
  /// A teacher was trained or loaded.
  case teacher(Learner, Results.Teacher, Model)
  /// A student was trained. Its metric is the accuracy; for a student that tries a weight, it is
  /// the metric by which the weight is chosen. There is none if the test images have no labels.
  case student(Learner, Model, metric: Double?)
  /// A weight beyond an end of those to try is not tried, because the best one is not at that end.
  case leftOut(Learner)
  /// A student diverged, or could not be trained since another one diverged. If it tried a weight,
  /// that weight is not chosen; otherwise its row has no student for that seed.
  case divergence(Learner, Results.Divergence)
  /// The weight of a row was chosen.
  case choice(row: String, Results.Choice)
  /// A teacher's outputs were computed but could not be kept in the folder. This changes no result,
  /// and it is reported once.
  case uncached(any Error)
  /// A training has to wait for that of this learner, which another process has, as the text says.
  case waiting(Learner, for: String)
  /// The file system of this folder has no locks, so nothing keeps two processes from the same training.
  case withoutLocks(folder: String)
  /// The run has ended, and if it has a folder, the results are written. The state to go on from is
  /// removed after this.
  case results(Results)

  /// Whether an epoch or a training has ended, so that the state is worth saving.
  package var isMilestone: Bool {
    switch self {
    case .training(_, .epoch), .teacher, .student, .leftOut, .divergence: true
    case .refused, .resumed, .data, .begin, .choice, .uncached, .waiting, .withoutLocks, .results,
      .training(_, .step):
      false
    }
  }
}
