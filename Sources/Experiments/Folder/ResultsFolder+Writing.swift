import Foundation
import TensorFiles
import Training

extension ResultsFolder {
  /// Writes the recipe with all its defaults.
  func write(_ recipe: Recipe) throws {
    try write(try JSONEncoder.ordered(pretty: true).encode(recipe), "recipe.json")
  }

  /// Writes the results.
  func write(_ results: Results) throws { try write(try results.json, "results.json") }

  /// Writes the data from which the report's pictures are drawn.
  package func write(_ diagnostics: Diagnostics) throws {
    try write(try diagnostics.json, "diagnostics.json")
  }

  /// Writes the report, which is a page of HTML.
  package func write(report page: String) throws { try write(Data(page.utf8), "report.html") }

  /// Writes the weights of a learner of `recipe`, with what it reads and its classes.
  func write(_ trained: TrainedModel, of learner: Learner, in recipe: Recipe) throws {
    try Checkpoint.save(trained, to: path(of: learner, in: recipe), overwriting: true)
  }

  /// Writes the result of an event: the weights of a network that was trained, and, if they are to be added to
  /// `metrics.jsonl`, the numbers of an epoch.
  func write(_ event: RunEvent, of experiment: Experiment, addingMetrics: Bool = true) throws {
    let (recipe, data) = (experiment.recipe, experiment.data)
    func write(_ model: Model, of learner: Learner) throws {
      let trained = TrainedModel(
        model,
        input: model.network.input(of: ModelInput(data.training, normalizedBy: data.normalization)),
        classes: data.training.classes)
      try self.write(trained, of: learner, in: recipe)
    }
    switch event {
    case .training(let learner, .epoch(let epoch)) where addingMetrics:
      try append(MetricsLine(epoch, of: learner))
    case .teacher(let learner, let summary, let model) where !summary.isLoaded:
      try write(model, of: learner)
    case .student(let learner, let model, _) where learner.triedWeight == nil:
      try write(model, of: learner)
    default: break
    }
  }

  private func write(_ content: Data, _ name: String, overwriting: Bool = false) throws {
    try AtomicFile.write(
      content, to: file(name), overwriting: overwriting || ifThere != .refuse)
  }

  // MARK: - Metrics

  private static let metrics = "metrics.jsonl"

  /// Writes all lines of `metrics.jsonl` so far, in place of those that this run has written.
  func write(_ lines: [MetricsLine], replacing: Bool = false) throws {
    try write(Data(try lines.map { try $0.json }.joined()), Self.metrics, overwriting: replacing)
  }

  /// Appends a line to `metrics.jsonl`, whole or not at all.
  func append(_ line: MetricsLine) throws {
    let path = file(Self.metrics)
    guard let handle = FileHandle(forWritingAtPath: path) else {
      throw ExperimentError.cannotWrite(path, reason: "it is no longer there")
    }
    defer { try? handle.close() }
    do {
      let end = try handle.seekToEnd()
      do {
        try handle.write(contentsOf: try line.json)
      } catch {
        try handle.truncate(atOffset: end)
        throw error
      }
    } catch {
      throw ExperimentError.cannotWrite(path, reason: error.localizedDescription)
    }
  }
}
