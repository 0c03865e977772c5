import Distillation
import Experiments
import Foundation
import TensorFiles
import Tensors
import Training

/// The command `kindred submit`.
struct Submit: Command {
  let name = "submit"
  let summary = "Writes the scripts by which Slurm runs an experiment on several nodes."
  var discussion: String {
    """
    The trainings are dealt out to jobs, one for each node. All nodes must see DIR,
    the recipe, its data and this program by the same paths. DIR/slurm then has:
      teachers.sh  trains the teachers
      weights.sh   trains the students by which weights are chosen
      students.sh  trains the students
      merge.sh     makes the results and the report
      submit.sh    hands these to Slurm, each after the one before it
    A stage without trainings has no script. A job that was killed is queued again
    by Slurm and goes on where it was, and so does one whose time is over. To train
    what is missing after anything else, call submit.sh again.

    Examples:
      kindred submit recipe.json5 --out mine --nodes 4 --cpus 8
      kindred submit recipe.json5 --out mine --nodes 4 --time 4:00:00 --now
      kindred submit recipe.json5 --out mine --nodes 4 --sbatch=--mem=8G
    """
  }

  let registry: Registry
  let networks: Networks
  /// What the running program is called.
  let program: String
  /// The path of the running program.
  var executable = Bundle.main.executablePath ?? CommandLine.arguments[0]
  /// The checksum of the package whose papers the program knows, if it is one of 'kindred with'.
  var package = ProcessInfo.processInfo.environment[With.checksumVariable]
  /// The folders in which programs are looked for, as in `PATH`.
  var path = ProcessInfo.processInfo.environment["PATH"] ?? ""

  let recipe = Parameter<String>.argument(
    "RECIPE", completion: .recipes, "The experiment: a JSON5 file.")
  let out = Parameter<String>.option(
    "out", "DIR", completion: .folders, "The folder of the results, which all nodes see.")
  let nodes = Parameter<ShardCount>.option(
    "nodes", "N", "How many jobs the trainings of a stage are dealt out to.")
  let set = Parameter<[String]>.option(
    "set", "KEY=VALUE", "Changes a setting of the recipe: teacher.training.epochs=3.")
  let data = Parameter<String?>.option(
    "data", "DIR", completion: .folders,
    "The folder of the data set's files, in place of the recipe's data.directory.")
  let threads = Parameter<ThreadCount>.option(
    "threads", "N", default: 1, "How many threads a training uses.")
  let cpus = Parameter<ThreadCount?>.option(
    "cpus", "N", "How many processors a job has. Without it, all of a node, which it has alone.")
  let time = Parameter<SlurmTime?>.option(
    "time", "TIME", "How long a job may take until it is queued again, as Slurm writes it.")
  let partition = Parameter<String?>.option("partition", "NAME", "The partition of Slurm.")
  let sbatch = Parameter<[String]>.option(
    "sbatch", "OPTION", "One more option for sbatch: --sbatch=--mem=8G.")
  let now = Parameter.flag("now", "Submits them too.")
  let force = Parameter.flag("force", "Replaces scripts that are there and differ.")

  func run(_ arguments: Arguments, console: Console) throws {
    let tools = Tools(folders: path, console: console)
    if arguments[now] { _ = try tools.path(of: "sbatch", which: "submits jobs to Slurm") }
    let scripts = try scripts(arguments, console)
    try write(scripts, replacing: arguments[force])
    let submit = "\(scripts.folder)/submit.sh"
    guard arguments[now] else {
      let wrote = scripts.files.map { "wrote \("\(scripts.folder)/\($0.name)".visible)\n" }
      return try console.write(wrote.joined() + "\nNext:\n  bash \(submit.shellWord)\n")
    }
    let bash = try tools.path(of: "bash", which: "runs scripts")
    let (code, output, errors) = try tools.capture(bash, [submit])
    try console.write(String(decoding: output, as: UTF8.self))
    guard code == 0 else {
      throw CommandError.failed("not submitted, for what Slurm says: \(errors)")
    }
    if !errors.isEmpty { console.note(errors) }
  }

  private func scripts(_ arguments: Arguments, _ console: Console) throws -> SlurmScripts {
    let (path, nodes, threads) = (
      arguments[recipe], arguments[nodes].value, arguments[threads].value
    )
    if let processors = arguments[cpus]?.value, processors < threads {
      throw CommandError.invalidUse(
        "'--cpus \(processors)' is too few for a training that uses '--threads \(threads)'")
    }
    let options = arguments[sbatch]
    for option in options where !option.hasPrefix("-") {
      throw CommandError.invalidUse(
        "'--sbatch' takes an option of sbatch, such as --sbatch=--mem=8G, not '\(option.visible)'")
    }
    let experiment = try Experiment(
      Recipe(file: path, replacing: arguments[set], data: arguments[data]), file: path,
      registry: registry, networks: networks)
    for warning in experiment.warnings { console.note("warning: \(path): \(warning)") }
    let run = ShardedRun(
      program: program, recipe: absolute(path), out: absolute(arguments[out]),
      set: arguments[set], data: arguments[data].map(absolute))
    guard !run.out.contains(where: { $0.isNewline || $0 == "\\" }) else {
      throw CommandError.invalidUse(
        "Slurm writes no file to '\(run.out.visible)', because of a backslash or a line break in it"
      )
    }
    return SlurmScripts(
      run: run, executable: executable, package: package,
      folder: "\(run.out)/\(ResultsFolder.scripts)", nodes: nodes,
      stages: Stage.allCases.compactMap { stage in
        let jobs = experiment.jobs(of: stage, nodes: nodes)
        return jobs == 0 ? nil : (stage, jobs)
      }, threads: threads, processors: arguments[cpus]?.value, time: arguments[time],
      partition: arguments[partition], options: options)
  }

  /// The path as it is from any folder.
  private func absolute(_ path: String) -> String {
    URL(filePath: path).standardizedFileURL.path
  }

  /// Writes the scripts that are not there. One that is there and differs is replaced only if that is allowed.
  private func write(_ scripts: SlurmScripts, replacing: Bool) throws {
    let files = scripts.files.map { (path: "\(scripts.folder)/\($0.name)", text: $0.text) }
    let others = files.filter { path, text in
      (try? String(contentsOfFile: path, encoding: .utf8)) != text
    }
    let existing = others.first { FileManager.default.fileExists(atPath: $0.path) }
    if let existing, !replacing { throw CommandError.fileExists(existing.path) }
    do {
      try FileManager.default.createDirectory(
        atPath: scripts.folder, withIntermediateDirectories: true)
    } catch {
      throw CommandError.cannotWrite(
        "'\(scripts.folder.visible)'", reason: error.localizedDescription)
    }
    for (path, text) in others { try AtomicFile.write(text, to: path, overwriting: replacing) }
    guard replacing else { return }
    // A stage that the recipe no longer has.
    for stage in Stage.allCases where !scripts.stages.contains(where: { $0.stage == stage }) {
      try? FileManager.default.removeItem(atPath: "\(scripts.folder)/\(stage.rawValue).sh")
    }
  }
}

extension Experiment {
  /// The number of the first shards that have all trainings of a stage.
  fileprivate func jobs(of stage: Stage, nodes: Int) -> Int {
    shards(count: nodes).filter { $0.key.stage == stage }.map { $0.value.number }.max() ?? 0
  }
}
