import Distillation
import Experiments
import Reports
import Tensors
import Training

/// Shows a run on the console.
struct RunMonitor {
  let recipe: Recipe
  let console: Console
  /// The trainings that go on, in the order in which they began.
  private var current: [(learner: Learner, training: Current)] = []
  /// All trainings of the run, in order.
  private let learners: [Learner]
  /// Whether some part of the data has labels.
  private let isLabelled: Bool
  /// The teachers that are files.
  private let files: [TeacherInFile]
  /// How many trainings go on at once, if it is more than one.
  private let jobs: Int
  private let redrawn = ProgressLine.stopwatch()
  private var lastDrawn = Duration.zero

  /// A training that goes on.
  private struct Current {
    var epochs: Int
    var progress: ProgressLine?
    var speed = Speed()
    var last: [String] = []
    /// The steps of an epoch.
    var steps = 0
    /// The part that is done, from 0 to 1.
    var fraction = 0.0
  }

  init(of experiment: Experiment, jobs: Int = 1, console: Console) {
    (recipe, learners) = (experiment.recipe, experiment.learners)
    self.jobs = jobs
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
      if jobs > 1 { console.note("\(jobs) trainings at a time") }
    case .begin(let learner, let epochs):
      current.append((learner, Current(epochs: epochs)))
    case .training(let learner, .step(let epoch, let step, let steps, let examples, _, let terms)):
      guard let index = index(of: learner) else { return }
      current[index].training.speed.add(examples)
      // Without a status line, one line for each epoch is enough.
      guard console.showsStatus else { return }
      // The last epoch may be shorter.
      current[index].training.steps = max(current[index].training.steps, steps)
      let training = current[index].training
      let (completed, total) = (
        (epoch - 1) * training.steps + step, training.epochs * training.steps
      )
      current[index].training.fraction = Double(completed) / Double(max(total, 1))
      guard jobs == 1 else { return showAll() }
      let detail = "epoch \(epoch)/\(training.epochs)  step \(step)/\(steps)"
      line(index, numbered(learner), of: total, from: completed - 1)
        .update(
          completed, detail,
          [training.speed.text] + terms.compactMap(weighted) + training.last)
    case .training(let learner, .epoch(let epoch)):
      guard let index = index(of: learner) else { return }
      let last = epoch.accuracy.map { ["accuracy \(NumberFormat.percent($0))"] } ?? []
      current[index].training.last = last
      let epochs = current[index].training.epochs
      // The last epoch is reported in the training's own line.
      guard !console.showsStatus, epoch.epoch < epochs else { return }
      line(index, "\(numbered(learner))  epoch", of: epochs, from: epoch.epoch - 1).update(
        epoch.epoch, "loss \(NumberFormat.significant(epoch.loss, digits: 4))",
        epoch.terms.compactMap(weighted) + last)
    case .teacher(let learner, let summary, _):
      finish(
        learner,
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
    case .waiting(let learner, let owner):
      console.note("waiting for \(label(learner)), which \(owner) trains")
    case .withoutLocks(let folder):
      console.note(
        "warning: the file system of '\(folder.visible)' has no locks: start no shard twice")
    case .leftOut, .results: break
    }
  }

  private func index(of learner: Learner) -> Int? {
    current.firstIndex { $0.learner == learner }
  }

  /// Shows on one line how far each training is.
  private mutating func showAll() {
    guard redrawn() - lastDrawn > .milliseconds(100) else { return }
    lastDrawn = redrawn()
    let parts = current.map { learner, training in
      "\(numbered(learner)) \(NumberFormat.percent(training.fraction, digits: 0))"
    }
    console.showStatus(parts.joined(separator: "  "))
  }

  /// A metric of a network; if it is not measured, the loss at the end.
  private func measured(_ name: String, _ metric: Double?, _ history: [Epoch]) -> String {
    if let metric { return "\(name) \(NumberFormat.percent(metric))" }
    return history.last.map { "loss \(NumberFormat.significant($0.loss, digits: 4))" } ?? ""
  }

  /// The progress line of a training.
  private mutating func line(
    _ index: Int, _ label: String, of total: Int, from start: Int
  ) -> ProgressLine {
    let line =
      current[index].training.progress
      ?? ProgressLine(label, total: max(total, 1), from: start, on: console)
    current[index].training.progress = line
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
    console.note(line)
    current.removeAll { $0.learner == learner }
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
