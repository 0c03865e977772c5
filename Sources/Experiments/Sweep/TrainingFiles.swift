import Foundation
import TensorFiles
import Tensors
import Training

/// The states of a run's trainings, each in a file of its own, which several processes can write.
///
/// `trainings/run.safetensors` says which run they are of. A training's file has its state while it goes on,
/// and then what came of it. Beside it is the file of its lock, which names the process that trains.
struct TrainingFiles: Sendable {
  let experiment: Experiment
  let folder: ResultsFolder
  /// How files are locked.
  var system: FileLock.System = flock
  private let run: RunCheckpoint

  /// The files in a folder of results.
  init(
    of experiment: Experiment, in folder: ResultsFolder, version: String, package: String?
  ) throws {
    (self.experiment, self.folder) = (experiment, folder)
    run = try RunCheckpoint(
      of: experiment, in: folder.trainings, version: version, package: package)
  }

  /// How many trainings have ended in a folder.
  static func numberOfEnded(in folder: ResultsFolder) -> Int {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.trainings)) ?? []
    return names.count { name in
      name.hasSuffix(".safetensors")
        && RunCheckpoint.hasEnded(folder.file("trainings/\(name)"))
    }
  }

  /// The notes that the run made when it began.
  static func notes(in folder: ResultsFolder) throws -> [String: String] {
    try TensorFile.metadata(of: folder.file("trainings/\(RunCheckpoint.names.last)"))
  }

  /// Whether a folder has trainings of a run that did not end.
  static func exist(in folder: ResultsFolder) -> Bool { RunCheckpoint.exists(in: folder.trainings) }

  /// Says which run it is, with `notes` of it; or checks that this is the run that was begun before.
  ///
  /// - Throws: ``ExperimentError/checkpoint(path:problem:)`` if it is another run.
  func begin(notes: [String: String]) throws {
    if !Self.exist(in: folder) {
      do {
        return try run.save(RunState(), notes: notes, overwriting: false)
      } catch FileError.exists {
        // Another process has begun at the same moment.
      }
    }
    _ = try run.restore(file: path(of:)) { _ in }
  }

  // MARK: - One training

  private func checkpoint(of learner: Learner) -> RunCheckpoint {
    run.ofTraining(learner.fileName(in: experiment.recipe))
  }

  private func path(of learner: Learner) -> String {
    folder.path(of: learner, in: experiment.recipe)
  }

  /// Whether a training has ended.
  func isDone(_ learner: Learner) -> Bool { RunCheckpoint.hasEnded(checkpoint(of: learner).path) }

  /// The state of a training; nothing if it has not begun. If the last state is damaged and the one before it takes
  /// its place, `refused` receives the reason.
  func state(
    of learner: Learner, refused: (any Error) throws -> Void = { _ in }
  ) throws -> RunState {
    let checkpoint = checkpoint(of: learner)
    guard checkpoint.isThere else { return RunState() }
    do {
      return try checkpoint.restore(file: path(of:), refused: refused)
    } catch ExperimentError.checkpoint(let path, let problem)
      where problem.hasPrefix("it is damaged") || problem.hasPrefix("its weights")
    {
      throw ExperimentError.checkpoint(path: path, problem: "\(problem); \(remedy(checkpoint))")
    } catch FileError.missing(let file) {
      throw ExperimentError.checkpoint(
        path: checkpoint.path, problem: "its weights '\(file)' are missing; \(remedy(checkpoint))")
    }
  }

  /// What to do about a training whose files are damaged.
  private func remedy(_ checkpoint: RunCheckpoint) -> String {
    "remove '\(checkpoint.path.visible)', and it is trained again"
  }

  /// Saves the part of a state that belongs to a learner.
  func save(_ state: RunState, of learner: Learner) throws {
    let (part, checkpoint) = (state.only(learner), checkpoint(of: learner))
    try checkpoint.save(part)
    if part.isFinished(learner) { try checkpoint.removePrevious() }
  }

  // MARK: - Locks

  /// Takes the lock of a training, and says in its file who has it.
  func claim(_ learner: Learner, for holder: String) -> FileLock.Attempt {
    let path = lockPath(of: learner)
    let attempt = FileLock.attempt(file: path, by: system)
    if case .taken = attempt { try? Data("\(holder)\n".utf8).write(to: URL(filePath: path)) }
    return attempt
  }

  /// Whether a process has the lock of a training.
  func isHeld(_ learner: Learner) -> Bool { FileLock.isHeld(lockPath(of: learner), by: system) }

  /// The state of a training as it was left; `nil` if a process trains it now.
  func leftState(
    of learner: Learner, refused: (any Error) throws -> Void
  ) throws -> RunState? {
    guard checkpoint(of: learner).isThere else { return RunState() }
    // What a process writes meanwhile could be taken for damaged.
    let attempt = FileLock.attempt(file: lockPath(of: learner), by: system)
    if case .held = attempt { return nil }
    return try withExtendedLifetime(attempt) { try state(of: learner, refused: refused) }
  }

  /// Who has the lock of a training, or had it last; `nil` if nobody had.
  func holder(of learner: Learner) -> String? {
    let text = try? String(contentsOfFile: lockPath(of: learner), encoding: .utf8)
    return text.map { $0.split(separator: "\n").joined() }.flatMap { $0.isEmpty ? nil : $0 }
  }

  private func lockPath(of learner: Learner) -> String {
    folder.file("trainings/\(learner.fileName(in: experiment.recipe)).lock")
  }

  /// Removes all these files, since the run has ended.
  func remove() throws { try folder.removeTrainings() }
}

extension ResultsFolder {
  /// The folder of the states of trainings, while a run goes on.
  var trainings: String { file("trainings") }

  /// The folder in which the shards of a run say how far they are.
  var shards: String { file("shards") }

  /// Whether there is a run that did not end.
  var hasRunToResume: Bool {
    RunCheckpoint.exists(in: checkpoints) || RunCheckpoint.exists(in: trainings)
  }

  /// Removes the states of trainings, and what shards have said.
  func removeTrainings() throws {
    // What is left if this process is killed here is no run to go on with.
    unlink(file("trainings/\(RunCheckpoint.names.last)"))
    for path in [trainings, shards] where FileManager.default.fileExists(atPath: path) {
      do {
        try FileManager.default.removeItem(atPath: path)
      } catch {
        throw ExperimentError.cannotWrite(path, reason: error.localizedDescription)
      }
    }
  }
}

extension ResultsFolder {
  /// Whether the folder has a run that did not end and that trained one learner after the other.
  package var hasSingleRun: Bool { ifThere == .resume && RunCheckpoint.exists(in: checkpoints) }

  /// Whether the folder has a run that did not end and whose trainings have files of their own.
  package var hasSweep: Bool { ifThere == .resume && TrainingFiles.exist(in: self) }
}
