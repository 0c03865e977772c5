import Training

extension ExperimentRun {
  /// Trains a teacher, if it is not loaded, and measures it. A teacher in a file is neither trained nor
  /// measured.
  mutating func addTeacher(_ learner: Learner) throws {
    guard let index = learner.teacherIndex, let images = try experiment.images(ofTeacher: learner)
    else { return }
    let (teacher, evaluation) = (experiment.teachers[index], experiment.recipe.evaluation)
    let seed = learner.seed ?? teacher.settings.seed.shared
    var (model, history) = (teacher.loaded, [Epoch]())
    if let network = teacher.trained {
      let trainer = Trainer(
        loss: teacher.loss, settings: teacher.settings.training, teacher: nil, name: "teacher",
        seed: seed)
      let ending = try train(
        Assignment(
          learner: learner, trainer: trainer,
          start: experiment.initialTeacher(network, seed: seed),
          images: images, data: experiment.data, evaluation: evaluation))
      switch ending {
      case .trained(let end): (model, history) = (end.model, end.history)
      case .diverged(let error, let history):
        guard case .teacherOfSeed = learner else { throw error }
        return try note(error, of: learner, network, after: history)
      }
    }
    guard let model else { return }
    let metrics = try evaluation.metrics(
      of: model, after: history, trainedOn: images, in: experiment.data, nil)
    let summary = Results.Teacher(
      network: model.network.name, parameters: model.weights.parameterCount,
      isLoaded: teacher.loaded != nil, metrics: metrics, history: history,
      seconds: history.reduce(0) { $0 + $1.seconds })
    state.finish(RunState.Teacher(summary: summary, network: model), learner)
    try report(.teacher(learner, summary, model), state)
  }

  /// Records that the students of a seed have no teacher. The students of other seeds are trained.
  private mutating func note(
    _ error: TrainingError, of learner: Learner, _ network: any Network, after history: [Epoch]
  ) throws {
    let summary = Results.Teacher(
      network: network.name, parameters: Model.blank(network).weights.parameterCount,
      isLoaded: false, metrics: [:], history: history,
      seconds: history.reduce(0) { $0 + $1.seconds })
    let problem = error.divergence ?? ""
    state.finish(RunState.Teacher(summary: summary, diverged: problem), learner)
    let divergence = Results.Divergence(
      seed: learner.seed ?? 0, learner: .student, problem: problem)
    try report(.divergence(learner, divergence), state)
  }
}
