import Distillation
import Tensors

extension Experiment {
  /// What is told while an experiment goes on.
  public enum Event: Sendable {
    case data(training: Int, test: Int, classes: Int)
    /// A training begins, or goes on: the teacher's, or that of a row and seed.
    case begin(Learner, epochs: Int)
    case training(Learner, Trainer.Event)
    /// The teacher was trained or loaded.
    case teacher(Results.Teacher, TrainedNetwork)
    /// A student was trained.
    case student(Learner, TrainedNetwork, accuracy: Double)

    /// Whether an epoch or a training ended, after which a state is worth saving.
    public var isMilestone: Bool {
      switch self {
      case .training(_, .epoch), .teacher, .student: true
      case .data, .begin, .training(_, .step): false
      }
    }
  }

  /// Who is being trained.
  public enum Learner: Hashable, Codable, Sendable {
    case teacher
    case student(row: String, seed: UInt64)
  }

  /// Trains or loads the teacher, then one student a row and seed.
  ///
  /// Where it starts from a state that `report` was told, what it returns is what it would have
  /// without the interruption, but for the times.
  ///
  /// Throws where a training diverges, and whatever `report` throws; that is told every event with
  /// the state after it.
  public func run(
    from start: State = State(), report: (Event, State) throws -> Void
  ) throws -> Results {
    var state = start
    try report(
      .data(
        training: data.training.count, test: data.test.count, classes: data.training.classes.count),
      state)
    if state.teacher == nil { try trainTeacher(&state, report) }
    let sampler = try recipe.student.training.sampler.sampler(
      for: studentImages, teacher: state.teacher?.network, normalizedBy: data.normalization)
    for seed in recipe.seeds {
      for row in recipe.rows.indices where !state.isFinished(recipe.rows[row].name, seed: seed) {
        try trainStudent(row: row, seed: seed, sampler, &state, report)
      }
    }
    return results(of: state)
  }

  private func trainTeacher(
    _ state: inout State, _ report: (Event, State) throws -> Void
  ) throws {
    guard needsTeacher, let settings = recipe.teacher, let network = teacher, let teacherLoss,
      let images = teacherImages
    else { return }
    var (trained, history) = (loadedTeacher, [Results.Epoch]())
    if trained == nil {
      let trainer = Trainer(
        loss: teacherLoss, settings: settings.training, teacher: nil, name: "teacher",
        seed: settings.seed)
      var random = Random(seed: settings.seed, "teacher", "weights")
      let start = TrainedNetwork(
        network: network, weights: network.initialWeights(using: &random))
      let end = try train(trainer, start, on: images, as: .teacher, &state, report)
      (trained, history) = (end.student, end.history)
    }
    guard let trained else { return }
    let summary = Results.Teacher(
      network: network.name, parameters: trained.weights.parameterCount,
      isLoaded: loadedTeacher != nil,
      metrics: metrics(of: trained, trainedOn: images, history), history: history,
      seconds: history.reduce(0) { $0 + $1.seconds })
    state.finish(State.Teacher(summary: summary, network: trained))
    try report(.teacher(summary, trained), state)
  }

  private func trainStudent(
    row index: Int, seed: UInt64, _ sampler: any Sampler, _ state: inout State,
    _ report: (Event, State) throws -> Void
  ) throws {
    let row = recipe.rows[index].name
    let trainer = Trainer(
      loss: losses[index], settings: recipe.student.training, teacher: state.teacher?.network,
      name: row, seed: seed, sampler: sampler)
    let learner = Learner.student(row: row, seed: seed)
    let end = try train(
      trainer, initialStudent(seed: seed), on: studentImages, as: learner, &state, report)
    let metrics = metrics(of: end.student, trainedOn: studentImages, end.history)
    try state.finish(
      State.Student(
        row: row, seed: seed, metrics: metrics, history: end.history,
        checksum: Checksum(of: end.student.weights.tensors).text))
    try report(.student(learner, end.student, accuracy: metrics["accuracy"] ?? 0), state)
  }

  /// Students of one seed start alike, whatever their loss.
  func initialStudent(seed: UInt64) -> TrainedNetwork {
    var random = Random(seed: seed, "student", "weights")
    return TrainedNetwork(network: student, weights: student.initialWeights(using: &random))
  }

  /// The accuracy and what the recipe asks for beside it.
  private func metrics(
    of trained: TrainedNetwork, trainedOn images: ImageDataSet, _ history: [Results.Epoch]
  ) -> [String: Double] {
    let accuracy =
      history.last?.accuracy ?? trained.accuracy(on: data.test, normalizedBy: data.normalization)
    let others = recipe.evaluation.metrics(of: trained, trainedOn: images, in: data)
    return Dictionary([("accuracy", accuracy)] + others) { first, _ in first }
  }

  /// Trains from the start, or from where the state has this learner.
  private func train(
    _ trainer: Trainer, _ start: TrainedNetwork, on images: ImageDataSet, as learner: Learner,
    _ state: inout State, _ report: (Event, State) throws -> Void
  ) throws -> Trainer.State {
    let current = state.current
    // Not kept, since it would hold memory while the training goes on.
    state.current = nil
    try report(.begin(learner, epochs: trainer.settings.epochs), state.with(current))
    return try trainer.train(
      start, from: current?.learner == learner ? current?.training : nil, on: images,
      testingOn: data.test, normalizedBy: data.normalization
    ) { event, training in
      try report(
        .training(learner, event), state.with(State.Current(learner: learner, training: training)))
    }
  }
}
