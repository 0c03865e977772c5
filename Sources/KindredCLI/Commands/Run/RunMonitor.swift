import Distillation
import Experiments
import Reports
import Tensors
import Training

/// Shows a run on the console.
struct RunMonitor {
  let recipe: Recipe
  let console: Console
  private var progress: ProgressLine?
  private var epochs = 0
  private var speed = Speed()
  private var last: [String] = []
  /// All trainings of the run, in order.
  private let learners: [Learner]
  /// Whether some part of the data has labels.
  private let isLabelled: Bool
  /// The teachers that are files.
  private let files: [TeacherInFile]

  init(of experiment: Experiment, console: Console) {
    (recipe, learners) = (experiment.recipe, experiment.learners)
    files = experiment.files ?? []
    isLabelled = experiment.isLabelled
    self.console = console
  }

  /// Says where an interrupted run goes on.
  private func reportResumption(from state: RunState) {
    var parts: [String] = []
    let missing = state.diverged
    let outcomes = Set(missing.map { $0.divergence.outcome }).sorted()
    let groups =
      [("done", state.finished)]
      + outcomes.map { outcome in
        (outcome, missing.filter { $0.divergence.outcome == outcome }.map { $0.learner })
      }
    for (word, learners) in groups where !learners.isEmpty {
      parts.append("\(learners.map(label).joined(separator: "; ")) \(word)")
    }
    if let (learner, epochs, steps) = state.position {
      parts.append(
        "\(label(learner)) after epoch \(epochs)" + (steps > 0 ? " and \(steps) steps" : ""))
    }
    console.note("going on: " + (parts.isEmpty ? "from the start" : parts.joined(separator: "; ")))
  }

  mutating func report(_ event: RunEvent, _ state: RunState) {
    switch event {
    case .refused(let error): console.note("\(error); going on from the one before it")
    case .resumed: reportResumption(from: state)
    case .data(let training, let test, let classes):
      console.note(
        "\(recipe.data.name): \(training) images, \(test) to test"
          + (isLabelled ? ", \(classes) classes" : ", no labels"))
      for file in files {
        console.note("teacher \(file.name): \(file.sentences.joined(separator: " "))")
      }
    case .begin(_, let epochs):
      (self.epochs, progress, speed, last) = (epochs, nil, Speed(), [])
    case .training(let learner, .step(let epoch, let step, let steps, let examples, _, let terms)):
      speed.add(examples)
      // Without a status line, one line for each epoch is enough.
      guard console.showsStatus else { return }
      let completed = (epoch - 1) * steps + step
      let detail = "epoch \(epoch)/\(epochs)  step \(step)/\(steps)"
      line(numbered(learner), of: epochs * steps, from: completed - 1)
        .update(completed, detail, [speed.text] + terms.compactMap(weighted) + last)
    case .training(let learner, .epoch(let epoch)):
      last = epoch.accuracy.map { ["accuracy \(NumberFormat.percent($0))"] } ?? []
      // The last epoch is reported in the training's own line.
      guard !console.showsStatus, epoch.epoch < epochs else { return }
      line("\(numbered(learner))  epoch", of: epochs, from: epoch.epoch - 1).update(
        epoch.epoch, "loss \(NumberFormat.significant(epoch.loss, digits: 4))",
        epoch.terms.compactMap(weighted) + last)
    case .teacher(let index, let summary, _):
      finish(
        .teacher(index),
        [
          measured("accuracy", summary.metrics["accuracy"], summary.history),
          summary.isLoaded ? "loaded" : "",
        ].filter { !$0.isEmpty }.joined(separator: "  "), summary.history)
    case .student(let learner, _, let metric):
      let history = state.epochs.filter { $0.learner == learner }.map { $0.epoch }
      if case .candidate = learner {
        finish(
          learner, "\(measured(recipe.validation.metric, metric, history)), validation", history)
      } else {
        finish(learner, measured("accuracy", metric, history), history)
      }
    case .divergence(let learner, let divergence):
      finish(learner, "\(divergence.outcome): \(divergence.problem)", [])
    case .choice(let row, let choice):
      let tried = choice.tried.map { Distillation.describe($0.weight) }.joined(separator: ", ")
      console.note(
        "\(row.visible)  weight \(Distillation.describe(choice.weight)) taken of \(tried)")
    case .uncached(let error):
      console.note("note: the teacher's outputs are not kept: \(error)")
    case .results: break
    }
  }

  /// A metric of a network; if it is not measured, the loss at the end.
  private func measured(_ name: String, _ metric: Double?, _ history: [Epoch]) -> String {
    if let metric { return "\(name) \(NumberFormat.percent(metric))" }
    return history.last.map { "loss \(NumberFormat.significant($0.loss, digits: 4))" } ?? ""
  }

  /// The progress line of the current training.
  private mutating func line(_ label: String, of total: Int, from start: Int) -> ProgressLine {
    let line = progress ?? ProgressLine(label, total: max(total, 1), from: start, on: console)
    progress = line
    return line
  }

  /// `kd 0.512`: a term's value times its weight.
  private func weighted(_ term: Epoch.Term) -> String? {
    term.value.map { "\(term.name) \(NumberFormat.significant(term.weight * $0, digits: 3))" }
  }

  private mutating func finish(
    _ learner: Learner, _ summary: String, _ history: [Epoch]
  ) {
    let line = "\(numbered(learner))  \(summary)"
    if let progress { progress.finish(line) } else { console.note(line) }
    progress = nil
    for warning in history.balanceWarnings {
      console.note("warning: \(label(learner)): \(warning)")
    }
  }

  private func label(_ learner: Learner) -> String { learner.label(in: recipe) }

  /// `[37/325] kd, seed 1`: the number of the training among all of them, if there are several.
  private func numbered(_ learner: Learner) -> String {
    guard learners.count > 1, let index = learners.firstIndex(of: learner) else {
      return label(learner)
    }
    return "[\(index + 1)/\(learners.count)] \(label(learner))"
  }
}

/// The number of examples that are trained in a second.
private struct Speed {
  private var examples = 0
  private let elapsed = ProgressLine.stopwatch()

  mutating func add(_ count: Int) { examples += count }

  /// `1234 images/s`.
  var text: String {
    let time = elapsed().components
    let seconds = Double(time.seconds) + Double(time.attoseconds) * 1e-18
    return "\(NumberFormat.fixed(Double(examples) / max(seconds, 1e-9), digits: 0)) images/s"
  }
}
