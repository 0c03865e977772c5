import Distillation
import TensorFiles
import Tensors
import Training

extension Experiment {
  /// Trains or loads the teachers, chooses weights, then trains one student a row and seed.
  ///
  /// Where it starts from a state that `report` was told, what it returns is what it would have
  /// without the interruption, but for the times.
  ///
  /// - Parameters:
  ///   - start: Where it goes on.
  ///   - cache: The folder in which a teacher's outputs are kept, where there is one.
  ///   - report: Is told every event with the state after it.
  /// - Returns: What was found.
  /// - Throws: Where a teacher's training diverges, and whatever `report` throws. A student that
  ///   diverges is told and noted in the results, and the run goes on.
  public func run(
    from start: State = State(), cachingIn cache: String? = nil,
    report: (Event, State) throws -> Void
  ) throws -> Results {
    var state = start
    try report(
      .data(
        training: data.training.count, test: data.test.count, classes: data.training.classes.count),
      state)
    for index in teachers.indices where isNeeded(teacher: index) && state.teachers[index] == nil {
      try trainTeacher(index, &state, report)
    }
    var lessons = try Lessons(of: self, cachingIn: cache)
    for row in rows where !row.weights.isEmpty {
      for weight in row.weights {
        let learner = Learner.candidate(row: row.name, weight: weight, seed: recipe.validation.seed)
        guard !state.isFinished(learner) else { continue }
        try train(learner, row, testingOn: row.validation, &lessons, &state, report)
      }
      if let choice = choice(of: row, state) {
        try report(.choice(row: row.name, choice), state)
      }
    }
    for seed in recipe.seeds {
      for row in rows {
        let learner = Learner.student(row: row.name, seed: seed)
        guard !state.isFinished(learner) else { continue }
        try train(learner, row, testingOn: nil, &lessons, &state, report)
      }
    }
    return results(of: state)
  }

  private func trainTeacher(
    _ index: Int, _ state: inout State, _ report: (Event, State) throws -> Void
  ) throws {
    let teacher = teachers[index]
    var (trained, history) = (teacher.loaded, [Epoch]())
    if trained == nil {
      let trainer = Trainer(
        loss: teacher.loss, settings: teacher.settings.training, teacher: nil, name: "teacher",
        seed: teacher.settings.seed)
      var random = Random(seed: teacher.settings.seed, "teacher", "weights")
      let start = TrainedNetwork(
        network: teacher.network, weights: teacher.network.initialWeights(using: &random))
      let end = try train(
        trainer, start, on: teacher.images, testingOn: data, as: .teacher(index), &state, report)
      (trained, history) = (end.student, end.history)
    }
    guard let trained else { return }
    let summary = Results.Teacher(
      network: teacher.network.name, parameters: trained.weights.parameterCount,
      isLoaded: teacher.loaded != nil,
      metrics: try metrics(
        of: trained, trainedOn: teacher.images, in: data, history, recipe.evaluation),
      history: history, seconds: history.reduce(0) { $0 + $1.seconds })
    state.finish(State.Teacher(summary: summary, network: trained), index)
    try report(.teacher(index, summary, trained), state)
  }

  /// Trains a student of a row, tested on the test images or on those by which weights are chosen, or
  /// notes why there is none.
  private func train(
    _ learner: Learner, _ row: Row, testingOn validation: ImageDataSet?, _ lessons: inout Lessons,
    _ state: inout State, _ report: (Event, State) throws -> Void
  ) throws {
    var (seed, tried) = (recipe.validation.seed, Double?.none)
    switch learner {
    case .teacher: return
    case .student(_, let own): seed = own
    case .candidate(_, let weight, _): tried = weight
    }
    let choice = choice(of: row, state)
    if tried == nil, let divergence = divergence(before: row, seed: seed, choice, state) {
      return try note(divergence, of: learner, after: [], &state, report)
    }
    let lesson = try lessons.lesson(for: row, seed: seed, state) {
      try report(.uncached($0), state)
    }
    let trainer = Trainer(
      loss: tried.flatMap { row.weights.firstIndex(of: $0) }.map { row.losses[$0] }
        ?? row.loss(choice),
      settings: row.settings.training, teacher: lesson.teacher, name: row.name,
      weight: tried ?? choice?.weight, seed: seed, sampler: lesson.sampler,
      teacherOutputs: lesson.outputs)
    let data = validation.map(data.testing) ?? data
    var history = state.history(of: learner)
    let end: Trainer.State
    do {
      end = try train(
        trainer, initialStudent(of: row, seed: seed), on: row.images, testingOn: data, as: learner,
        &state
      ) { event, state in
        if case .training(_, .epoch(let epoch)) = event { history.append(epoch) }
        try report(event, state)
      }
    } catch let error as TrainingError {
      guard let problem = error.divergence else { throw error }
      let divergence = Results.Divergence(seed: seed, learner: .student, problem: problem)
      return try note(divergence, of: learner, after: history, &state, report)
    }
    let metrics = try metrics(
      of: end.student, trainedOn: row.images, in: data, end.history,
      tried == nil ? recipe.evaluation : recipe.evaluation.only(recipe.validation.metric), trainer)
    try state.finish(
      State.Student(
        row: row.name, seed: seed, weight: tried, metrics: metrics, history: end.history,
        checksum: tried == nil ? Checksum(of: end.student.weights.tensors).text : nil))
    state.teachingStudents[learner] = end.student
    dismissTeachers(in: &state)
    let metric = tried == nil ? "accuracy" : recipe.validation.metric
    try report(.student(learner, end.student, metric: metrics[metric] ?? 0), state)
  }

  /// Students of one seed and network start alike, whatever their loss.
  func initialStudent(of row: Row, seed: UInt64) -> TrainedNetwork {
    var random = Random(seed: seed, "student", "weights")
    return TrainedNetwork(
      network: row.network, weights: row.network.initialWeights(using: &random))
  }

  /// The accuracy and what the recipe asks for beside it.
  private func metrics(
    of trained: TrainedNetwork, trainedOn images: ImageDataSet, in data: TrainingData,
    _ history: [Epoch], _ evaluation: EvaluationSettings, _ trainer: Trainer? = nil
  ) throws -> [String: Double] {
    let accuracy =
      history.last?.accuracy ?? trained.accuracy(on: data.test, normalizedBy: data.normalization)
    let others = try evaluation.metrics(of: trained, trainedOn: images, in: data, trainer)
    return Dictionary([("accuracy", accuracy)] + others) { first, _ in first }
  }

  /// Trains from the start, or from where the state has this learner.
  private func train(
    _ trainer: Trainer, _ start: TrainedNetwork, on images: ImageDataSet,
    testingOn data: TrainingData, as learner: Learner, _ state: inout State,
    _ report: (Event, State) throws -> Void
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
