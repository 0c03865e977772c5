import Training

/// A run of an experiment: its teachers are trained or loaded, weights are chosen, and then one
/// student is trained for each row and seed.
///
///     var run = try ExperimentRun(of: experiment) { event, state in … }
///     let results = try run.results()
///
/// A run that starts from a state of an earlier run has the results that the earlier one would have
/// had, apart from the times. ``SavedRun`` keeps states in a folder.
public struct ExperimentRun {
  let experiment: Experiment
  /// The progress of the run.
  public internal(set) var state: RunState
  /// The teachers, outputs and samplers that students learn with.
  var store: SupervisionStore
  let report: (RunEvent, RunState) throws -> Void

  /// A run that has not begun, or that goes on from a state.
  ///
  /// - Parameters:
  ///   - experiment: The experiment to run.
  ///   - state: The state to start from.
  ///   - cache: The folder in which teachers' outputs are kept; if it is `nil`, they are not kept.
  ///   - report: Receives every event with the state after it. An error that it throws ends the
  ///     run.
  /// - Throws: The errors of a network's outputs.
  public init(
    of experiment: Experiment, from state: RunState = RunState(), cachingIn cache: String? = nil,
    report: @escaping (RunEvent, RunState) throws -> Void = { _, _ in }
  ) throws {
    (self.experiment, self.state, self.report) = (experiment, state, report)
    store = try SupervisionStore(for: experiment, cachingIn: cache)
  }

  /// Trains everything that is still to be trained.
  ///
  /// If a student diverges, it is reported and noted in the results, and the run goes on.
  ///
  /// - Returns: The results of the whole run.
  /// - Throws: `TrainingError` if a teacher diverges, and any error of `report`.
  public mutating func results() throws -> Results {
    let (recipe, data) = (experiment.recipe, experiment.data)
    try report(
      .data(
        training: data.training.count, test: data.test.count, classes: data.training.classes.count),
      state)
    try addTeachers()
    for row in experiment.rows where !row.weights.isEmpty {
      for learner in experiment.candidates(of: row) { try add(learner) }
      if let choice = state.choice(of: row, by: recipe.validation) {
        try report(.choice(row: row.name, choice), state)
      }
    }
    for learner in experiment.learners where learner.stage == .students { try add(learner) }
    return Results(of: experiment, state)
  }

  /// Measures the teachers that rows need and whose weights are in files, and trains the others.
  mutating func addTeachers(onlyLoaded: Bool = false) throws {
    for index in experiment.teachers.indices
    where experiment.isNeeded(teacher: index) && experiment.teachers[index].stored == nil
      && (!onlyLoaded || experiment.teachers[index].loaded != nil)
    {
      for learner in experiment.learners(ofTeacher: index) where !state.isFinished(learner) {
        try addTeacher(learner)
      }
    }
  }

  /// Trains a learner and measures it, unless this was done before. Its teachers are trained, and the weight
  /// of its row is chosen.
  mutating func add(_ learner: Learner) throws {
    guard !state.isFinished(learner) else { return }
    guard learner.stage != .teachers else { return try addTeacher(learner) }
    guard let row = try experiment.drawnRow(of: learner) else { return }
    try addStudent(learner, of: row)
  }

  // MARK: - One training

  /// One training: a learner, its start, its trainer and images, and the images that it is tested
  /// on.
  struct Assignment {
    let learner: Learner
    let trainer: Trainer
    let start: Model
    let images: ImageDataSet
    let data: TrainingData
    /// The metrics that are measured at the end.
    let evaluation: EvaluationSettings
  }

  /// The ending of a training.
  enum Ending {
    case trained(Trainer.State)
    case diverged(TrainingError, after: [Epoch])
  }

  /// Trains from the start, or from where the state has this learner.
  mutating func train(_ assignment: Assignment) throws -> Ending {
    let (learner, trainer) = (assignment.learner, assignment.trainer)
    let current = state.current
    // The state does not keep it, since it would hold memory while the training goes on.
    state.current = nil
    let epochs = trainer.settings.length(images: assignment.images.count).epochs
    try report(.begin(learner, epochs: epochs), state.with(current))
    let start = current?.learner == learner ? current?.training : nil
    var history = start?.history ?? []
    do {
      return .trained(
        try trainer.train(
          assignment.start, from: start, on: assignment.images, testingOn: assignment.data.test,
          normalizedBy: assignment.data.normalization
        ) { event, training in
          if case .epoch(let epoch) = event { history.append(epoch) }
          try report(
            .training(learner, event),
            state.with(RunState.Current(learner: learner, training: training)))
        })
    } catch let error as TrainingError where error.divergence != nil {
      return .diverged(error, after: history)
    }
  }
}

extension Experiment {
  /// Runs the experiment and writes no results to a folder; see ``ExperimentRun``.
  ///
  /// - Parameters:
  ///   - state: The state to start from.
  ///   - cache: The folder in which teachers' outputs are kept; if it is `nil`, they are not kept.
  ///   - report: Receives every event with the state after it. An error that it throws ends the
  ///     run.
  /// - Returns: The results of the whole run.
  /// - Throws: `TrainingError` if a teacher diverges, the errors of a network's outputs, and any
  ///   error of `report`.
  public func run(
    from state: RunState = RunState(), cachingIn cache: String? = nil,
    report: @escaping (RunEvent, RunState) throws -> Void = { _, _ in }
  ) throws -> Results {
    var run = try ExperimentRun(of: self, from: state, cachingIn: cache, report: report)
    return try run.results()
  }
}
