import Reports
import Training

/// Shows a run on the console, and writes down what it comes to as it goes.
struct RunMonitor {
  let recipe: Recipe
  let folder: ResultsFolder
  let console: Console
  private var progress: ProgressLine?
  private var classes = 0
  private var epochs = 0
  private var last = ""

  init(recipe: Recipe, folder: ResultsFolder, console: Console) {
    (self.recipe, self.folder, self.console) = (recipe, folder, console)
  }

  /// A line of `metrics.jsonl`.
  private struct Line: Encodable {
    let learner: String
    let row: String?
    let seed: UInt64?
    let epoch: Results.Epoch

    enum Key: String, CodingKey { case learner, row, seed }

    func encode(to encoder: any Encoder) throws {
      try epoch.encode(to: encoder)
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(learner, forKey: .learner)
      try container.encodeIfPresent(row, forKey: .row)
      try container.encodeIfPresent(seed, forKey: .seed)
    }
  }

  mutating func report(_ event: Experiment.Event) throws {
    switch event {
    case .data(let training, let test, let classes):
      self.classes = classes
      console.note("\(recipe.data.set): \(training) images, \(test) to test, \(classes) classes")
    case .begin(_, let epochs):
      (self.epochs, progress, last) = (epochs, nil, "")
    case .training(let learner, .step(let epoch, let step, let steps, _, let loss)):
      let progress =
        progress ?? ProgressLine(label(learner), total: max(epochs * steps, 1), on: console)
      self.progress = progress
      let detail = "epoch \(epoch)/\(epochs)  loss \(NumberFormat.significant(loss, digits: 4))"
      progress.update((epoch - 1) * steps + step, detail + last)
    case .training(let learner, .epoch(let epoch)):
      last = "  accuracy \(NumberFormat.percent(epoch.accuracy))"
      switch learner {
      case .teacher:
        try folder.append(Line(learner: "teacher", row: nil, seed: nil, epoch: epoch))
      case .student(let row, let seed):
        try folder.append(Line(learner: "student", row: row, seed: seed, epoch: epoch))
      }
    case .teacher(let summary, let trained):
      if !summary.isLoaded {
        try folder.write(trained, of: .teacher, in: recipe, classes: classes)
      }
      finish(
        .teacher,
        "accuracy \(NumberFormat.percent(summary.metrics["accuracy"] ?? 0))"
          + (summary.isLoaded ? "  loaded" : ""))
    case .student(let learner, let trained, let accuracy):
      try folder.write(trained, of: learner, in: recipe, classes: classes)
      finish(learner, "accuracy \(NumberFormat.percent(accuracy))")
    }
  }

  private mutating func finish(_ learner: Experiment.Learner, _ summary: String) {
    let line = "\(label(learner))  \(summary)"
    if let progress { progress.finish(line) } else { console.note(line) }
    progress = nil
  }

  private func label(_ learner: Experiment.Learner) -> String {
    switch learner {
    case .teacher: "teacher \(recipe.teacher?.network ?? "")"
    case .student(let row, let seed): "\(row), seed \(seed)"
    }
  }
}
