import Experiments
import Foundation
import Reports
import TensorFiles
import Tensors

/// The command `kindred export tensorboard`.
struct ExportTensorBoard: Command {
  let name = "tensorboard"
  let summary = "Writes every epoch of a run as event files, which TensorBoard opens."
  let discussion = """
    The numbers come from metrics.jsonl. The teacher and each student, one for every
    row and seed, have a folder: the loss, the accuracy and the rate by epoch, and
    for each term its value, weight, share, gradient norm and cosine. Students that
    tried a weight have folders too: 2-kd-weight0.5-seed1000. metrics.jsonl has no
    dates: wall times count the seconds of all earlier epochs from 1970 on.

    Example:
      kindred export tensorboard results/quickstart
      tensorboard --logdir results/quickstart/tensorboard
    """

  let folder = Parameter<String>.argument(
    "DIR", completion: .folders, "A folder that 'kindred run' has written.")
  let out = Parameter<String?>.option(
    "out", "DIR", completion: .folders,
    "The folder of the event files. Without it, tensorboard in DIR.")
  let force = Parameter.flag("force", "Overwrites event files that exist.")

  func run(_ arguments: Arguments, console: Console) throws {
    let folder = arguments[folder] as NSString
    let out = arguments[out] ?? folder.appendingPathComponent("tensorboard")
    // Without a recipe, rows are numbered in the order in which they come.
    let recipe = try? Recipe.read(Data(file: folder.appendingPathComponent("recipe.json")))
    let learners = try learners(
      in: folder.appendingPathComponent("metrics.jsonl"), rows: recipe?.rows.map { $0.name } ?? [])
    var seconds = 0.0
    for learner in learners {
      let path = (out as NSString).appendingPathComponent(learner.name)
      do {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      } catch {
        throw CommandError.cannotWrite(path, reason: error.localizedDescription)
      }
      try AtomicFile.write(
        learner.events(from: seconds).bytes, to: path + "/events.out.tfevents.0.kindred",
        overwriting: arguments[force])
      seconds += learner.seconds
    }
    try console.write(out + "\n")
  }

  private func learners(in path: String, rows: [String]) throws -> [MetricsFile.Learner] {
    let content = try Data(file: path)
    do {
      return try MetricsFile.learners(in: content, rows: rows)
    } catch let error as ExperimentError {
      throw CommandError.badData("\(path.visible): \(error)")
    }
  }
}
