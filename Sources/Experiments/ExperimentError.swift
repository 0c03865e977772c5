import Tensors

/// A problem with the files of a run, or a reason why a run cannot use a folder.
public enum ExperimentError: Error, Equatable, Sendable {
  /// A file of results, metrics or diagnostics is damaged, or no run could have written it.
  case results(problem: String)
  /// A student that is asked for does not exist.
  case student(problem: String)
  /// The saved state of an interrupted run is damaged, or belongs to another run.
  case checkpoint(path: String, problem: String)
  /// The run in this file began with other code of the package whose papers the program knows.
  case packageChanged(path: String)
  /// The folder of results exists, and the caller did not allow using it.
  case folderExists(String)
  /// The folder of results exists, with an interrupted run in it.
  case interruptedRunExists(String)
  /// No run has written to the folder, or there is no such folder.
  case noRun(String)
  /// The folder holds files, but no run that could go on.
  case noRunToResume(String)
  /// Another process writes to the folder.
  case isInUse(String)
  /// Shards cannot use the folder, as the text says.
  case cannotShare(String, problem: String)
  /// Another process trains this shard of the run in the folder.
  case shardIsRunning(String, shard: String, holder: String)
  /// A training waited for another process, which made no progress.
  case waitedTooLong(String, for: String, Duration)
  /// A stage needs a training of an earlier stage, which has not ended.
  case stageNotDone(String, stage: Stage)
  /// The run in the folder cannot be merged, because these trainings have not ended.
  case missingTrainings(String, [String])
  /// The run would write over a file that a teacher is loaded from.
  case wouldOverwriteTeacher(String, with: String)
  /// The run would write over a file that a student starts from.
  case wouldOverwriteStart(String, with: String)
  /// The system does not let a file or a folder be written.
  case cannotWrite(String, reason: String)
  /// The run was asked to stop, and its state is saved.
  case interrupted(folder: String)
}

extension ExperimentError: CustomStringConvertible {
  /// The error as a message.
  public var description: String {
    switch self {
    case .results(let problem), .student(let problem): problem
    case .checkpoint(let path, let problem):
      "the run cannot go on from '\(path.visible)': \(problem)"
    case .packageChanged(let path):
      "the run cannot go on from '\(path.visible)': the package has changed since it began"
    case .folderExists(let path): "'\(path.visible)' exists"
    case .interruptedRunExists(let path): "'\(path.visible)' exists, with a run that did not end"
    case .noRun(let path): "'\(path.visible)' is no folder of a run: it has no recipe.json"
    case .noRunToResume(let path): "'\(path.visible)' has no run that could go on"
    case .isInUse(let path): "another process is running an experiment in '\(path.visible)'"
    case .cannotShare(let path, let problem): "shards cannot use '\(path.visible)': \(problem)"
    case .shardIsRunning(let path, let shard, let holder):
      "shard \(shard) of the run in '\(path.visible)' is trained by another process: \(holder)"
    case .waitedTooLong(let learner, let owner, let patience):
      """
      waited \(patience.components.seconds / 60) minutes without any progress for \(learner), which \(owner) trains: \
      end that process and start its shard again, or give it more minutes with --wait
      """
    case .stageNotDone(let learner, let stage):
      "\(learner) is not trained, and no process trains it: run the stage '\(stage.rawValue)' first"
    case .missingTrainings(let path, let missing):
      "the run in '\(path.visible)' has not ended: \(missing.joined(separator: "; "))"
    case .wouldOverwriteTeacher(let path, let content):
      """
      the recipe loads a teacher from '\(path.visible)', and this run would overwrite it with \
      \(content): write to another folder, or load a copy
      """
    case .wouldOverwriteStart(let path, let content):
      """
      a student starts from '\(path.visible)', and this run would overwrite it with \(content): write to another \
      folder, or load a copy
      """
    case .cannotWrite(let path, let reason): "cannot write to \(path.visible): \(reason)"
    case .interrupted(let folder): "the run in '\(folder.visible)' was interrupted, and can go on"
    }
  }
}
