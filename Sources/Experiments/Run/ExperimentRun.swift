import Training

/// A run of an experiment: its teachers are trained or loaded, weights are chosen, and then one
/// student is trained for each row and seed.
///
///     var run = try ExperimentRun(of: experiment) { event, state in … }
///     let results = try run.results()
///
/// A run that starts from a state which an earlier one reported has the results that the earlier
/// one would have had, apart from the times. ``SavedRun`` keeps states in a folder.
public struct ExperimentRun {
  let experiment: Experiment
  /// How far it has come.
  public internal(set) var state: RunState
  /// What students learn from.
  var store: SupervisionStore
  let report: (RunEvent, RunState) throws -> Void

  /// - Parameters:
  ///   - experiment: What is run.
  ///   - state: Where it starts.
  ///   - cache: The folder in which teachers' outputs are kept, where there is one.
  ///   - report: Is told every event with the state after it. What it throws ends the run.
  /// - Throws: What the outputs of a network throw.
  public init(
    of experiment: Experiment, from state: RunState = RunState(), cachingIn cache: String? = nil,
    report: @escaping (RunEvent, RunState) throws -> Void = { _, _ in }
  ) throws {
    (self.experiment, self.state, self.report) = (experiment, state, report)
    store = try SupervisionStore(for: experiment, cachingIn: cache)
  }

  /// Trains what is still to be trained.
  ///
  /// - Returns: What was found.
  /// - Throws: What the training of a teacher that diverges throws, and whatever `report` throws. A
  ///   student that diverges is reported and noted in the results, and the run goes on.
  public mutating func results() throws -> Results {
    let (recipe, data) = (experiment.recipe, experiment.data)
    try report(
      .data(
        training: data.training.count, test: data.test.count, classes: data.training.classes.count),
      state)
    for index in experiment.teachers.indices
    where experiment.isNeeded(teacher: index) && state.teachers[index] == nil {
      try addTeacher(index)
    }
    for row in experiment.rows where !row.weights.isEmpty {
      for weight in row.weights {
        try addStudent(
          .candidate(row: row.name, weight: weight, seed: recipe.validation.seed), of: row)
      }
      if let choice = state.choice(of: row, by: recipe.validation.metric) {
        try report(.choice(row: row.name, choice), state)
      }
    }
    for seed in recipe.seeds {
      for row in experiment.rows { try addStudent(.student(row: row.name, seed: seed), of: row) }
    }
    return Results(of: experiment, state)
  }

  // MARK: - One training

  /// Who learns, from what start, by what and on which images, and what it is tested on.
  struct Assignment {
    let learner: Learner
    let trainer: Trainer
    let start: Model
    let images: ImageDataSet
    let data: TrainingData
    /// What is measured of it at the end.
    let evaluation: EvaluationSettings
  }

  /// What a training came to.
  enum Ending {
    case trained(Trainer.State)
    case diverged(TrainingError, after: [Epoch])
  }

  /// Trains from the start, or from where the state has this learner.
  mutating func train(_ assignment: Assignment) throws -> Ending {
    let (learner, trainer) = (assignment.learner, assignment.trainer)
    let current = state.current
    // Not kept, since it would hold memory while the training goes on.
    state.current = nil
    try report(.begin(learner, epochs: trainer.settings.epochs), state.with(current))
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
  /// Runs the experiment and keeps nothing: see ``ExperimentRun``.
  public func run(
    from state: RunState = RunState(), cachingIn cache: String? = nil,
    report: @escaping (RunEvent, RunState) throws -> Void = { _, _ in }
  ) throws -> Results {
    var run = try ExperimentRun(of: self, from: state, cachingIn: cache, report: report)
    return try run.results()
  }
}
