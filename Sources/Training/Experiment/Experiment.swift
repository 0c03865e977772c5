public import Distillation
import Foundation
import Tensors

/// A recipe, ready to run: every name in it is known, every formula fits the networks.
public struct Experiment: Sendable {
  public let recipe: Recipe
  let data: TrainingData
  let losses: [LossGraph]
  let teacherLoss: LossGraph?
  let student: any Network
  let studentImages: ImageDataSet
  let teacher: (any Network)?
  let teacherImages: ImageDataSet?
  /// Where the recipe names a checkpoint.
  let loadedTeacher: TrainedNetwork?
  /// Whether a row's loss reads the teacher's outputs.
  let needsTeacher: Bool

  /// Reads the data and checks everything that can be checked before training.
  ///
  /// Throws what is wrong with the recipe, its data or its formulas.
  public init(_ unchecked: Recipe, registry: Registry) throws {
    let recipe = try unchecked.validated()
    self.recipe = recipe
    losses = try recipe.rows.enumerated().map { index, row in
      try Self.loss(row.loss, at: ["rows[\(index)]", "loss"], in: registry)
    }
    needsTeacher = losses.contains { !$0.outputs(of: .teacher).isEmpty }
    if needsTeacher && recipe.teacher == nil {
      throw TrainingError.recipe(path: ["teacher"], problem: "a row's loss needs a teacher")
    }
    teacherLoss = try recipe.teacher.map {
      try Self.loss($0.loss, at: ["teacher", "loss"], in: registry)
    }
    let data = try TrainingData(recipe.data)
    self.data = data
    student = try data.network(recipe.student.network, of: "student")
    studentImages = try data.images(for: recipe.student.training, of: recipe)
    let teacher = try recipe.teacher.map { try data.network($0.network, of: "teacher") }
    self.teacher = teacher
    teacherImages = try recipe.teacher.map { try data.images(for: $0.training, of: recipe) }
    loadedTeacher = try recipe.teacher?.load.flatMap { path in
      try teacher.map {
        try Checkpoint.load(path, into: $0, classes: data.training.classes.count)
      }
    }
    try checkLosses()
  }

  private static func loss(
    _ formula: String, at path: [String], in registry: Registry
  ) throws -> LossGraph {
    do {
      return try registry.loss(formula)
    } catch let error as DistillationError {
      throw TrainingError.recipe(path: path, problem: "\(error)")
    }
  }

  /// Evaluates every loss once on a few images, so that whatever does not fit is found now.
  private func checkLosses() throws {
    let few = try data.training.first(min(4, data.training.count))
    let batch = Batches(of: few, size: few.count, normalization: data.normalization)[0]
    func outputs(
      _ network: any Network, _ names: [String], _ known: TrainedNetwork? = nil
    ) -> Outputs {
      var random = Random(seed: 0, "check")
      let weights = known?.weights ?? network.initialWeights(using: &random)
      var outputs = network(batch.images, weights, .inference, giving: names).outputs
      outputs.labels = batch.labels
      return outputs
    }
    func check(_ loss: LossGraph, _ learner: any Network, _ path: [String]) throws {
      do {
        let target = try teacher.map { teacher in
          try known(loss.outputs(of: .teacher), in: teacher)
          return outputs(teacher, loss.outputs(of: .teacher), loadedTeacher)
        }
        try known(loss.outputs(of: .student), in: learner)
        _ = try loss(
          student: outputs(learner, loss.outputs(of: .student)), teacher: target ?? [:])
      } catch let error as DistillationError {
        throw TrainingError.recipe(path: path, problem: "\(error)")
      }
    }
    if let teacherLoss, let teacher {
      guard teacherLoss.outputs(of: .teacher).isEmpty else {
        throw TrainingError.recipe(
          path: ["teacher", "loss"], problem: "a teacher has no teacher of its own")
      }
      try check(teacherLoss, teacher, ["teacher", "loss"])
    }
    for (index, loss) in losses.enumerated() {
      try check(loss, student, ["rows[\(index)]", "loss"])
    }
  }

  private func known(_ names: [String], in network: any Network) throws {
    for name in names where name != LastStage.output && !network.outputNames.contains(name) {
      throw DistillationError.missingOutput(name, available: network.outputNames)
    }
  }

  // MARK: - Running

  /// What is told while an experiment goes on.
  public enum Event: Sendable {
    case data(training: Int, test: Int, classes: Int)
    /// A training begins: the teacher's, or that of a row and seed.
    case begin(Learner, epochs: Int)
    case training(Learner, Trainer.Event)
    /// The teacher was trained or loaded.
    case teacher(Results.Teacher, TrainedNetwork)
    /// A student was trained.
    case student(Learner, TrainedNetwork, accuracy: Double)
  }

  /// Who is being trained.
  public enum Learner: Hashable, Sendable {
    case teacher
    case student(row: String, seed: UInt64)
  }

  /// Trains or loads the teacher, then one student a row and seed.
  ///
  /// Throws where a training diverges, and whatever `report` throws.
  public func run(report: (Event) throws -> Void) throws -> Results {
    try report(
      .data(
        training: data.training.count, test: data.test.count, classes: data.training.classes.count))
    var results = Results(recipe: recipe)
    let teacher = try trainTeacher(&results, report)
    results.rows = zip(recipe.rows, losses).map { row, loss in
      Results.Row(
        name: row.name, formula: loss.formula, network: student.name,
        parameters: initialStudent(seed: 0).weights.parameterCount)
    }
    var accuracies = recipe.rows.map { _ in [Double]() }
    for seed in recipe.seeds {
      for (index, row) in recipe.rows.enumerated() {
        let learner = Learner.student(row: row.name, seed: seed)
        let trainer = Trainer(
          loss: losses[index], settings: recipe.student.training, teacher: teacher,
          name: row.name, seed: seed)
        let (student, history, seconds) = try train(
          trainer, initialStudent(seed: seed), on: studentImages, as: learner, report)
        let accuracy =
          history.last?.accuracy
          ?? student.accuracy(on: data.test, normalizedBy: data.normalization)
        accuracies[index].append(accuracy)
        results.rows[index].history.append(Results.History(seed: seed, epochs: history))
        results.rows[index].seconds += seconds
        try report(.student(learner, student, accuracy: accuracy))
      }
    }
    for index in results.rows.indices {
      results.rows[index].metrics["accuracy"] = Results.Metric(
        accuracies[index], first: index == 0 ? nil : accuracies[0])
    }
    return results
  }

  /// Students of one seed start alike, whatever their loss.
  private func initialStudent(seed: UInt64) -> TrainedNetwork {
    var random = Random(seed: seed, "student", "weights")
    return TrainedNetwork(network: student, weights: student.initialWeights(using: &random))
  }

  private func trainTeacher(
    _ results: inout Results, _ report: (Event) throws -> Void
  ) throws -> TrainedNetwork? {
    guard needsTeacher, let settings = recipe.teacher, let network = teacher, let teacherLoss,
      let images = teacherImages
    else { return nil }
    var random = Random(seed: settings.seed, "teacher", "weights")
    var teacher =
      loadedTeacher
      ?? TrainedNetwork(network: network, weights: network.initialWeights(using: &random))
    var (history, seconds): ([Results.Epoch], Double) = ([], 0)
    if loadedTeacher == nil {
      let trainer = Trainer(
        loss: teacherLoss, settings: settings.training, teacher: nil, name: "teacher",
        seed: settings.seed)
      (teacher, history, seconds) = try train(trainer, teacher, on: images, as: .teacher, report)
    }
    let accuracy =
      history.last?.accuracy ?? teacher.accuracy(on: data.test, normalizedBy: data.normalization)
    let summary = Results.Teacher(
      network: network.name, parameters: teacher.weights.parameterCount,
      isLoaded: loadedTeacher != nil, metrics: ["accuracy": accuracy], history: history,
      seconds: seconds)
    results.teacher = summary
    try report(.teacher(summary, teacher))
    return teacher
  }

  private func train(
    _ trainer: Trainer, _ start: TrainedNetwork, on images: ImageDataSet, as learner: Learner,
    _ report: (Event) throws -> Void
  ) throws -> (TrainedNetwork, [Results.Epoch], seconds: Double) {
    var history: [Results.Epoch] = []
    let begin = Date()
    try report(.begin(learner, epochs: trainer.settings.epochs))
    let trained = try trainer.train(
      start, on: images, testingOn: data.test, normalizedBy: data.normalization
    ) { event in
      if case .epoch(let epoch) = event { history.append(epoch) }
      try report(.training(learner, event))
    }
    return (trained, history, Date().timeIntervalSince(begin))
  }
}
