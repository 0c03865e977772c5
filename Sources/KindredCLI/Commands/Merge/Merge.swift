import Distillation
import Experiments
import Foundation
import Reports
import Tensors
import Training

/// The command `kindred merge`.
struct Merge: Command {
  let name = "merge"
  let summary = "Makes the results of a run whose shards have trained their parts."
  let discussion = """
    DIR is the folder that all shards of 'kindred run --shard' have written to. The
    results, the tables and the report are those that one process would have made,
    apart from the times. If trainings are missing, or belong to another recipe,
    they are named, and nothing is written. Otherwise the states of the trainings
    are removed, since nothing goes on from them.

    Example:
      kindred merge results/mine
    """

  let registry: Registry
  let networks: Networks
  /// What the running program is called.
  let program: String
  /// The checksum of the package whose papers the program knows, if it is one of 'kindred with'.
  var package = ProcessInfo.processInfo.environment[With.checksumVariable]

  let folder = Parameter<String>.argument(
    "DIR", completion: .folders, "The folder that the shards have written to.")
  let data = Parameter<String?>.option(
    "data", "DIR", completion: .folders,
    "The folder of the data set's files, if it is another one here.")
  let format = Parameter<OutputFormat>.option(
    "format", default: .text, "How the result is written to standard output.")

  func run(_ arguments: Arguments, console: Console) throws {
    let run: MergedRun
    do {
      run = try MergedRun(
        in: arguments[folder], data: arguments[data], registry: registry, networks: networks,
        by: Results.Program(version: Program.version, command: "", package: package))
    } catch let error as SettingError {
      throw CommandError.badData("\(arguments[folder].visible): \(error)")
    }
    let results = try run.results { event, _ in
      guard case .results(let results) = event, let experiment = run.experiment else { return }
      run.folder.writeReport(
        on: results, of: experiment, registry: registry, program: program, console)
    }
    try run.folder.show(
      results, wereThere: run.finished != nil, as: arguments[format], console)
  }
}
