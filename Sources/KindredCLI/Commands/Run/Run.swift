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

    Several trainings go on at once with --jobs; small students do so by themselves.
    With --shard 3/16, this process trains the third of sixteen parts of the
    trainings, in a folder that all shards share; 'kindred merge' makes the results.
    A shard that ended early goes on with the same command. However a run is split,
    its results are the same.

    A student that diverges is reported at once, and again at the end. The exit code
    is then 1; the other students are trained, and the results say which seeds they
    have. If a student diverges while it tries a weight, this is reported, and that
    weight is not chosen.

    Examples:
      kindred run \(Self.example(for: program))
      kindred run recipe.json5 --set data.train=1000 --set 'seeds=[1,2]'
      kindred run recipe.json5 --out results/mine --shard 3/16
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
  let jobs = Parameter<JobCount?>.option(
    "jobs", "N", "How many trainings go on at once. They divide the threads.")
  let shard = Parameter<Shard?>.option(
    "shard", "I/N", "The part of the trainings that is this process's. It needs --out.")
  let stage = Parameter<Stage?>.option(
    "stage", nil, "The trainings of one stage alone; the next one begins when it has ended.")
  let wait = Parameter<PositiveInteger?>.option(
    "wait", "MINUTES",
    "How long a shard waits for another one that makes no progress. Without it, 60.")
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
    let isPart = arguments[shard] != nil || arguments[stage] != nil
    if isPart { try checkPart(arguments) }
    // A shard that is started again goes on.
    let ifThere = isPart ? .resume : try ifThere(arguments)
    let path = arguments[recipe]
    let recipe = try Recipe(file: path, replacing: arguments[set], data: arguments[data])
    let folder =
      try arguments[out].map { try ResultsFolder($0, ifThere: ifThere) }
      ?? ResultsFolder(for: (path as NSString).lastPathComponent, ifThere: ifThere)
    let experiment = try Experiment(
      recipe, file: path, registry: registry, networks: networks)
    for warning in experiment.warnings { console.note("warning: \(path): \(warning)") }
    var share = share(of: experiment, arguments)
    if folder.hasSingleRun, share.jobs > 1, !isPart {
      if arguments[jobs] != nil {
        console.note("note: the run was begun with one training at a time, and goes on so")
      }
      share.jobs = 1
    }
    let program = Results.Program(
      version: Program.version, command: command(arguments), package: self.package)
    if isPart || share.jobs > 1 || folder.hasSweep {
      let sweep = try Sweep(
        of: experiment, in: folder, sharing: share,
        recipeFolder: Experiment.folder(ofRecipe: path), by: program)
      let ending = try train(
        experiment, in: sweep.folder, jobs: share.jobs, isPart: isPart, console
      ) { report, isInterrupted in
        try sweep.run(report: report, isInterrupted: isInterrupted)
      }
      switch ending {
      case .results(let results):
        try sweep.folder.show(
          results, wereThere: sweep.finished != nil, as: arguments[format], console)
      case .share(let trained, let count):
        console.note(sentence(trained, count, share, of: experiment, in: sweep.folder))
      }
    } else {
      let run = try SavedRun(of: experiment, in: folder, by: program)
      let results =
        try run.finished
        ?? train(experiment, in: run.folder, jobs: 1, console) { report, isInterrupted in
          try run.results(report: report, isInterrupted: isInterrupted)
        }
      try run.folder.show(
        results, wereThere: run.finished != nil, as: arguments[format], console)
    }
  }

  /// Checks what goes with a part of a run.
  private func checkPart(_ arguments: Arguments) throws {
    let option = arguments[shard] != nil ? "--shard" : "--stage"
    guard arguments[out] != nil else {
      throw CommandError.invalidUse("'\(option)' needs '--out', the folder that all shards share")
    }
    guard !arguments[force] else {
      throw CommandError.invalidUse(
        "'--force' would replace what other shards have trained: give it without '\(option)'")
    }
  }

  /// What this process has of the run. Small students are trained several at once, if there are threads.
  private func share(of experiment: Experiment, _ arguments: Arguments) -> Sweep.Share {
    var share = Sweep.Share(shard: arguments[shard], stage: arguments[stage])
    share.jobs = arguments[jobs]?.value ?? experiment.jobs(of: share, threads: Parallel.threads)
    share.threads = Parallel.threads
    if let minutes = arguments[wait] { share.patience = .seconds(60 * minutes.value) }
    return share
  }

  /// What became of a part: `shard 3/16 is done; 'kindred merge …' makes the results when all shards are`.
  private func sentence(
    _ trained: Int, _ count: Int, _ share: Sweep.Share, of experiment: Experiment,
    in folder: ResultsFolder
  ) -> String {
    let name = [
      share.shard.map { "shard \($0)" }, share.stage.map { "stage \($0.rawValue)" },
    ].compactMap { $0 }.joined(separator: ", ")
    guard trained > 0 else {
      return count == 0
        ? "\(name) has no trainings" : "\(name) was done before: all of its \(count) trainings"
    }
    let later = share.stage.map { stage in Stage.allCases.drop { $0 != stage }.dropFirst() } ?? []
    if let next = later.first(where: { stage in
      experiment.learners.contains { $0.stage == stage }
    }) {
      return "\(name) is done; when all shards are, the next stage is '\(next.rawValue)'"
    }
    return
      "\(name) is done; '\(program) merge \(folder.path.shellWord)' makes the results when all "
      + "shards are"
  }

  /// Runs an experiment from the start, or from the point of its interruption, and shows it.
  private func train<Ending>(
    _ experiment: Experiment, in folder: ResultsFolder, jobs: Int, isPart: Bool = false,
    _ console: Console,
    _ run: (
      _ report: @escaping (RunEvent, RunState) throws -> Void, _ isInterrupted: @escaping () -> Bool
    ) throws -> Ending
  ) throws -> Ending {
    var monitor = RunMonitor(of: experiment, jobs: jobs, console: console)
    return try ControlC.held { isPressed in
      do {
        return try run(
          { event, state in
            monitor.report(event, state)
            guard case .results(let results) = event else { return }
            folder.writeReport(
              on: results, of: experiment, registry: registry, program: program, console)
          }, { isPressed() })
      } catch ExperimentError.interrupted {
        let options = isPart ? "" : " with --out \(folder.path.visible) --resume"
        console.note("saved; the same command\(options) goes on from here")
        throw CommandError.interrupted
      }
    }
  }

  /// The command line, as one would type it in a shell. What changes no result is left out.
  private func command(_ arguments: Arguments) -> String {
    var words = ["run", arguments[recipe]]
    for change in arguments[set] { words += ["--set", change] }
    if let directory = arguments[data] { words += ["--data", directory] }
    return ([program] + words.map { $0.shellWord }).joined(separator: " ")
  }
}
