import Distillation
import Foundation
import Tensors

extension Experiment {
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
    let sampler = try recipe.student.training.sampler.sampler(
      for: studentImages, teacher: teacher, normalizedBy: data.normalization)
    var measured = recipe.rows.map { _ in [String: [Double]]() }
    for seed in recipe.seeds {
      for (index, row) in recipe.rows.enumerated() {
        let learner = Learner.student(row: row.name, seed: seed)
        let trainer = Trainer(
          loss: losses[index], settings: recipe.student.training, teacher: teacher,
          name: row.name, seed: seed, sampler: sampler)
        let (student, history, seconds) = try train(
          trainer, initialStudent(seed: seed), on: studentImages, as: learner, report)
        let accuracy =
          history.last?.accuracy
          ?? student.accuracy(on: data.test, normalizedBy: data.normalization)
        for (name, value) in metrics(of: student, trainedOn: studentImages, accuracy: accuracy) {
          measured[index][name, default: []].append(value)
        }
        results.rows[index].history.append(Results.History(seed: seed, epochs: history))
        results.rows[index].seconds += seconds
        try report(.student(learner, student, accuracy: accuracy))
      }
    }
    for index in results.rows.indices {
      for (name, values) in measured[index] {
        results.rows[index].metrics[name] = Results.Metric(
          values, first: index == 0 ? nil : measured[0][name])
      }
    }
    return results
  }

  /// The accuracy and what the recipe asks for beside it.
  private func metrics(
    of trained: TrainedNetwork, trainedOn images: ImageDataSet, accuracy: Double
  ) -> [String: Double] {
    let others = recipe.evaluation.metrics(of: trained, trainedOn: images, in: data)
    return Dictionary([("accuracy", accuracy)] + others) { first, _ in first }
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
      isLoaded: loadedTeacher != nil,
      metrics: metrics(of: teacher, trainedOn: images, accuracy: accuracy), history: history,
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
