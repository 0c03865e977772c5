import Foundation
import TensorFiles
import Training

/// A run of which several trainings go on at once, in threads of this process or in other processes.
///
///     let folder = try ResultsFolder("results/mine", ifThere: .resume)
///     let sweep = try Sweep(of: experiment, in: folder, sharing: Sweep.Share(shard: Shard("3/16")))
///     try sweep.run()
///
/// Each training has its state in a file of its own, and no process knows of the others but by these files
/// and their locks. Whoever trains, and in whatever order, the merged results are those of ``SavedRun``, apart
/// from the times.
public struct Sweep {
  /// The folder that the run writes to.
  public let folder: ResultsFolder
  /// The results, if the run ended before.
  public let finished: Results?

  let experiment: Experiment
  let share: Share
  let program: Results.Program?
  /// The folder that paths in the recipe are relative to, for a later merging.
  let recipeFolder: String
  /// How files are locked.
  var system: FileLock.System = flock
  /// How long another shard has to appear before what it would train, and is needed here, is taken over. Shards are
  /// started at about the same time.
  var grace = Duration.seconds(3)

  /// The part of a run that a process trains, and how it does so.
  public struct Share: Sendable {
    /// The part of the trainings; `nil` for all, which then end with the results.
    public var shard: Shard?
    /// The only stage that is trained; `nil` for all.
    public var stage: Stage?
    /// The number of trainings that go on at once.
    public var jobs: Int
    /// The threads of all trainings together.
    public var threads: Int
    /// How long to wait for another process that makes no progress.
    public var patience: Duration

    /// A share: by default everything, one training at a time.
    public init(
      shard: Shard? = nil, stage: Stage? = nil, jobs: Int = 1, threads: Int = 1,
      patience: Duration = .seconds(3600)
    ) {
      (self.shard, self.stage, self.jobs, self.threads) = (shard, stage, jobs, threads)
      self.patience = patience
    }

    /// Whether other processes may have the rest.
    var isPart: Bool { shard != nil || stage != nil }
  }

  /// How a process ends.
  public enum Ending {
    /// The run has ended.
    case results(Results)
    /// Every training of the share has ended; so many were trained now, of so many in all.
    case share(trained: Int, of: Int)
  }

  /// Claims the folder for this run, if it is a new one.
  ///
  /// - Parameters:
  ///   - experiment: The experiment to run.
  ///   - folder: The folder that the run writes to.
  ///   - share: What this process has of the run.
  ///   - recipeFolder: The folder that paths in the recipe are relative to.
  ///   - program: The program that runs it, for the results.
  /// - Throws: ``ExperimentError``.
  public init(
    of experiment: Experiment, in folder: ResultsFolder, sharing share: Share,
    recipeFolder: String = "", by program: Results.Program? = nil
  ) throws {
    (self.experiment, self.share, self.program) = (experiment, share, program)
    self.recipeFolder = recipeFolder
    (self.folder, finished) = try folder.claimed(for: experiment, by: program)
  }

  /// Trains the share, from its start or from where it was interrupted.
  ///
  /// - Parameters:
  ///   - report: Receives every event with the state of its training after it, one at a time, from any thread. An
  ///     error that it throws ends the run.
  ///   - isInterrupted: Whether the run is to stop. It is asked after each event, and the states are saved before
  ///     the run stops.
  /// - Returns: The results if all was trained, and otherwise how many trainings the share has.
  /// - Throws: ``ExperimentError``, in particular ``ExperimentError/interrupted(folder:)``,
  ///   ``ExperimentError/shardIsRunning(_:shard:holder:)`` and ``ExperimentError/waitedTooLong(_:for:_:)``;
  ///   `TrainingError` if a teacher diverges; any error of `report`.
  public func run(
    report: @escaping (RunEvent, RunState) throws -> Void = { _, _ in },
    isInterrupted: @escaping () -> Bool = { Task.isCancelled }
  ) throws -> Ending {
    if let finished { return .results(finished) }
    var files = try TrainingFiles(
      of: experiment, in: folder, version: program?.version ?? "", package: program?.package)
    files.system = system
    let lock =
      share.isPart
      ? try folder.enter(experiment, files, notes) : try folder.begin(experiment, files, notes)
    defer { withExtendedLifetime(lock) {} }
    let ownLock = try lockOfShard()
    defer { withExtendedLifetime(ownLock) {} }
    if share.isPart, !FileLock.areKnown(in: folder.trainings, by: system) {
      try report(.withoutLocks(folder: folder.path), RunState())
    }
    let schedule = try Schedule(
      of: self, files, hasLocks: ownLock != nil, report: report, isInterrupted: isInterrupted)
    try schedule.run()
    guard !share.isPart else { return .share(trained: schedule.trained, of: schedule.count) }
    return .results(
      try folder.end(schedule.state, of: experiment, by: program, report: report, removing: files))
  }

  /// The names of what a later merging has to know.
  enum Note {
    static let folder = "recipe's folder"
    static let command = "command"
    static let trainings = "number of trainings"
  }

  private var notes: [String: String] {
    [
      Note.folder: URL(filePath: recipeFolder.isEmpty ? "." : recipeFolder).path,
      Note.command: program?.command ?? "", Note.trainings: "\(experiment.learners.count)",
    ]
  }

  /// The lock of this shard; `nil` if the file system has none.
  ///
  /// - Throws: ``ExperimentError/shardIsRunning(_:shard:holder:)`` if another process has it.
  private func lockOfShard() throws -> FileLock? {
    let (shard, stage) = (share.shard ?? .whole, share.stage)
    // Whoever looks whether a shard is there holds its lock for a moment.
    for _ in 0..<10 {
      switch FileLock.attempt(file: folder.file(of: shard, stage, "lock"), by: system) {
      case .taken(let lock): return lock
      case .impossible: return nil
      case .held: usleep(50_000)
      }
    }
    let other = folder.shardProgress().first { $0.shard == shard && $0.stage == stage }
    throw ExperimentError.shardIsRunning(
      folder.path, shard: "\(shard)", holder: other?.holder ?? "it has just begun")
  }
}

extension ResultsFolder {
  /// Enters a folder that other processes may use for the same run, and makes it if it is not there.
  fileprivate func enter(
    _ experiment: Experiment, _ files: TrainingFiles, _ notes: [String: String]
  ) throws -> FolderLocks {
    let isOccupied = try exists("") && !isBlank
    if isOccupied, !TrainingFiles.exist(in: self) {
      throw ExperimentError.cannotShare(
        path,
        problem: RunCheckpoint.exists(in: checkpoints)
          ? "it has a run of one process, which --resume without a shard goes on with"
          : "it has files, but no run of shards")
    }
    try makeFolders()
    let locks = try FolderLocks.shared(in: self)
    try files.begin(notes: notes)
    // The recipe is that of the first shard; another one may read its data elsewhere.
    if !exists("recipe.json") { try write(experiment.recipe) }
    return locks
  }

  /// Makes the folder of a run that this process has alone.
  fileprivate func begin(
    _ experiment: Experiment, _ files: TrainingFiles, _ notes: [String: String]
  ) throws -> FolderLocks {
    let isOccupied = try exists("") && !isBlank
    if isOccupied, ifThere == .resume, !TrainingFiles.exist(in: self) {
      throw ExperimentError.noRunToResume(path)
    }
    try makeFolders()
    let locks = try FolderLocks.alone(in: self)
    try removePartialFiles()
    if ifThere == .replace {
      try removeResults(keeping: Self.loadedFiles(of: experiment))
      try makeFolders()
    }
    try files.begin(notes: notes)
    try write(experiment.recipe)
    return locks
  }

  private func makeFolders() throws {
    for folder in [checkpoints, trainings, shards] {
      do {
        try FileManager.default.createDirectory(
          atPath: folder, withIntermediateDirectories: true)
      } catch {
        throw ExperimentError.cannotWrite(path, reason: error.localizedDescription)
      }
    }
  }

  /// Removes what killed processes left half-written.
  func removePartialFiles() throws {
    for folder in [path, checkpoints, trainings, shards] {
      try AtomicFile.removePartialFiles(in: folder)
    }
  }

  /// Writes the results of a run whose trainings have all ended, and removes their states.
  func end(
    _ state: RunState, of experiment: Experiment, as recipe: Recipe? = nil,
    by program: Results.Program?, report: (RunEvent, RunState) throws -> Void,
    removing files: TrainingFiles
  ) throws -> Results {
    let state = state.sorted(for: experiment)
    var results = Results(of: experiment, state)
    results.program = program
    if let recipe { results.recipe = recipe }
    try write(state.epochs.map { MetricsLine($0.epoch, of: $0.learner) }, replacing: true)
    // The numbers are saved before anything is drawn from them.
    try write(results)
    try report(.results(results), state)
    try files.remove()
    return results
  }
}
