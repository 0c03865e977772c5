import Distillation
import Experiments
import Foundation
import Reports
import Tensors
import Training

/// The command `kindred run`.
struct Run: Command {
  let name = "run"
  let summary = "Runs an experiment: a teacher, and a student for every loss and seed."
  var discussion: String {
    """
    A recipe is one JSON5 file: data, a teacher, a student, one loss for each row,
    seeds. All of it is checked before training starts. The folder of results has:
      results.json      numbers: means, differences to the first row, epochs
      report.html       the report to look at: one file that needs no network
      diagnostics.json  the numbers behind the report's pictures
      metrics.jsonl     one line for each epoch, written when it ends
      recipe.json       the recipe with all its defaults
      checkpoints/      the weights of every teacher and student
      cache/            the teachers' outputs, which you may delete

    To continue an interrupted run, repeat the command with --resume, whatever ended
    it. The results are the same as without the interruption. The state is saved
    after every epoch and, on Ctrl-C, as soon as the step is done.

    A student that diverges is reported at once, and again at the end. The exit code
    is then 1; the other students are trained, and the results say which seeds they
    have. If a student diverges while it tries a weight, this is reported, and that
    weight is not chosen.

    Examples:
      kindred run \(Self.example(for: program))
      kindred run recipe.json5 --set data.train=1000 --set 'seeds=[1,2]'
    """
  }

  /// The recipe in examples of a program. A package has none of Kindred's.
  static func example(for program: String) -> String {
    program == "kindred" ? "Examples/quickstart.json5" : "recipe.json5"
  }

  let registry: Registry
  let networks: Networks
  /// What the running program is called.
  let program: String
  /// The checksum of the package whose papers the program knows, if it is one of 'kindred with'.
  var package = ProcessInfo.processInfo.environment[With.checksumVariable]

  let recipe = Parameter<String>.argument(
    "RECIPE", completion: .recipes, "The experiment: a JSON5 file.")
  let out = Parameter<String?>.option(
    "out", "DIR", completion: .folders,
    "The folder of the results. Without it, a new one in results/.")
  let set = Parameter<[String]>.option(
    "set", "KEY=VALUE", "Changes a setting of the recipe: teacher.training.epochs=3.")
  let data = Parameter<String?>.option(
    "data", "DIR", completion: .folders,
    "The folder of the data set's files, in place of the recipe's data.directory.")
  let threads = Parameter<ThreadCount?>.option(
    "threads", "N", "How many threads to use. The results are the same for any number.")
  let format = Parameter<OutputFormat>.option(
    "format", default: .text, "How the result is written to standard output.")
  let resume = Parameter.flag(
    "resume", "Continues the run in the folder of the results, if there is one.")
  let force = Parameter.flag("force", "Writes into a folder that exists, and replaces its results.")

  func run(_ arguments: Arguments, console: Console) throws {
    if let threads = arguments[threads] {
      try Parallel.$threads.withValue(threads.value) { try experiment(arguments, console) }
    } else {
      try experiment(arguments, console)
    }
  }

  /// What to do if the folder of results exists.
  private func ifThere(_ arguments: Arguments) throws -> ResultsFolder.IfThere {
    switch (arguments[resume], arguments[force]) {
    case (true, true):
      throw CommandError.invalidUse(
        "'--resume' continues a run and '--force' replaces it: give only one of them")
    case (true, false): return .resume
    case (false, true): return .replace
    case (false, false): return .refuse
    }
  }

  private func experiment(_ arguments: Arguments, _ console: Console) throws {
    do {
      try run(experimentOf: arguments, console)
    } catch let error as ExperimentError {
      throw CommandError(error) ?? error
    }
  }

  private func run(experimentOf arguments: Arguments, _ console: Console) throws {
    let ifThere = try ifThere(arguments)
    let path = arguments[recipe]
    let recipe = try Recipe(file: path, replacing: arguments[set], data: arguments[data])
    let folder =
      try arguments[out].map { try ResultsFolder($0, ifThere: ifThere) }
      ?? ResultsFolder(for: (path as NSString).lastPathComponent, ifThere: ifThere)
    let experiment = try Experiment(
      recipe, file: path, registry: registry, networks: networks)
    for warning in experiment.warnings { console.note("warning: \(path): \(warning)") }
    let run = try SavedRun(
      of: experiment, in: folder,
      by: Results.Program(
        version: Program.version, command: command(arguments), package: self.package))
    let results = try run.finished ?? train(run, experiment, console)
    switch arguments[format] {
    case .text: try console.write(results.table.text(width: console.textWidth))
    case .json: try console.write(String(decoding: results.json, as: UTF8.self) + "\n")
    }
    console.note(
      "results in \(run.folder.path.visible)"
        + (run.finished == nil ? "" : ", which were there"))
    if let problem = results.divergenceText { throw CommandError.failed(problem) }
  }

  /// Runs an experiment from the start, or from the point of its interruption.
  private func train(
    _ run: SavedRun, _ experiment: Experiment, _ console: Console
  ) throws -> Results {
    let folder = run.folder
    var monitor = RunMonitor(of: experiment, console: console)
    return try ControlC.held { isPressed in
      do {
        return try run.results { event, state in
          monitor.report(event, state)
          guard case .results(let results) = event else { return }
          do {
            try report(on: results, of: experiment, in: folder)
          } catch {
            console.note(
              "note: the report is not written: \(error); the results are, and "
                + "'\(program) report \(folder.path.visible)' writes it again")
          }
        } isInterrupted: {
          isPressed()
        }
      } catch ExperimentError.interrupted {
        console.note(
          "saved; the same command with --out \(folder.path.visible) --resume goes on from here")
        throw CommandError.interrupted
      }
    }
  }

  /// Draws the report from the checkpoints that the run has written.
  private func report(
    on results: Results, of experiment: Experiment, in folder: ResultsFolder
  ) throws {
    let recipe = experiment.recipe
    let diagnostics = try DiagnosticsBuilder(experiment).diagnostics(of: results) {
      folder.path(of: $0, in: recipe)
    }
    let name = (folder.path as NSString).lastPathComponent
    try folder.write(diagnostics)
    let report = RunReport(
      results, diagnostics, called: name, registry: registry, version: Program.version)
    try folder.write(report: ReportPage([report]).html)
  }

  /// The command line, as one would type it in a shell.
  private func command(_ arguments: Arguments) -> String {
    var words = ["run", arguments[recipe]]
    for change in arguments[set] { words += ["--set", change] }
    if let directory = arguments[data] { words += ["--data", directory] }
    if let threads = arguments[threads] { words += ["--threads", "\(threads.value)"] }
    return ([program] + words.map { $0.shellWord }).joined(separator: " ")
  }
}
