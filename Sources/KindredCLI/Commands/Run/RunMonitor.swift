import Distillation
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

  /// Says where a run goes on that was interrupted.
  func reportResumption(from state: Experiment.State) {
    var parts: [String] = []
    if !state.finished.isEmpty {
      parts.append("\(state.finished.map(label).joined(separator: "; ")) done")
    }
    if let (learner, epochs, steps) = state.position {
      parts.append(
        "\(label(learner)) after epoch \(epochs)" + (steps > 0 ? " and \(steps) steps" : ""))
    }
    console.note("going on: " + (parts.isEmpty ? "from the start" : parts.joined(separator: "; ")))
  }

  mutating func report(_ event: Experiment.Event) throws {
    switch event {
    case .data(let training, let test, let classes):
      self.classes = classes
      console.note("\(recipe.data.set): \(training) images, \(test) to test, \(classes) classes")
    case .begin(_, let epochs):
      (self.epochs, progress, last) = (epochs, nil, "")
    case .training(let learner, .step(let epoch, let step, let steps, _, let loss)):
      let completed = (epoch - 1) * steps + step
      let progress =
        progress
        ?? ProgressLine(
          label(learner), total: max(epochs * steps, 1), from: completed - 1, on: console)
      self.progress = progress
      let detail = "epoch \(epoch)/\(epochs)  loss \(NumberFormat.significant(loss, digits: 4))"
      progress.update(completed, detail + last)
    case .training(let learner, .epoch(let epoch)):
      last = "  accuracy \(NumberFormat.percent(epoch.accuracy))"
      try folder.append(MetricsLine(learner: learner, epoch: epoch))
    case .teacher(let index, let summary, let trained):
      if !summary.isLoaded {
        try folder.write(trained, of: .teacher(index), in: recipe, classes: classes)
      }
      finish(
        .teacher(index),
        "accuracy \(NumberFormat.percent(summary.metrics["accuracy"] ?? 0))"
          + (summary.isLoaded ? "  loaded" : ""))
    case .student(let learner, let trained, let metric):
      if case .candidate = learner {
        finish(learner, "\(recipe.validation.metric) \(NumberFormat.percent(metric)), validation")
      } else {
        try folder.write(trained, of: learner, in: recipe, classes: classes)
        finish(learner, "accuracy \(NumberFormat.percent(metric))")
      }
    case .choice(let row, let choice):
      console.note(
        "\(row)  weight \(Distillation.describe(choice.weight)) of \(choice.tried.count)")
    }
  }

  private mutating func finish(_ learner: Experiment.Learner, _ summary: String) {
    let line = "\(label(learner))  \(summary)"
    if let progress { progress.finish(line) } else { console.note(line) }
    progress = nil
  }

  private func label(_ learner: Experiment.Learner) -> String {
    switch learner {
    case .teacher(let index): "teacher \(recipe.teachers[index].network)"
    case .candidate(let row, let weight, _): "\(row), weight \(Distillation.describe(weight))"
    case .student(let row, let seed): "\(row), seed \(seed)"
    }
  }
}
