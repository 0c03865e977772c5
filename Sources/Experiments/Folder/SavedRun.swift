import Foundation
import Training

/// A run that is written to a folder as it goes, and can go on from there after an interruption.
///
///     let folder = try ResultsFolder("results/mine", ifThere: .resume)
///     let results = try SavedRun(of: experiment, in: folder).results()
///
/// The state is saved after each epoch. After an interruption at any moment, the same lines give
/// the results that the run would have had without it, apart from the times.
public struct SavedRun {
  /// The folder that the run writes to.
  public let folder: ResultsFolder
  /// The results, if the run ended before.
  public let finished: Results?

  private let experiment: Experiment
  private let program: Results.Program?

  /// Claims the folder for this run, if it is a new one.
  ///
  /// - Parameters:
  ///   - experiment: The experiment to run.
  ///   - folder: The folder that the run writes to and can go on in.
  ///   - program: The program that runs it, for the results. A run goes on only with the same
  ///     version and the same package.
  /// - Throws: ``ExperimentError``.
  public init(
    of experiment: Experiment, in folder: ResultsFolder, by program: Results.Program? = nil
  ) throws {
    (self.experiment, self.program) = (experiment, program)
    (self.folder, finished) = try folder.claimed(for: experiment, by: program)
  }

  /// Runs the experiment from its start, or from where it was interrupted.
  ///
  /// - Parameters:
  ///   - report: Receives every event with the state after it. An error that it throws ends the
  ///     run.
  ///   - isInterrupted: Whether the run is to stop. It is asked after each event, and the state is
  ///     saved before the run stops. By default, the run stops when its task is cancelled.
  /// - Returns: The results of this run, or of one that ended before.
  /// - Throws: ``ExperimentError``, in particular ``ExperimentError/interrupted(folder:)``;
  ///   `TrainingError` if a teacher diverges; any error of `report`.
  public func results(
    report: @escaping (RunEvent, RunState) throws -> Void = { _, _ in },
    isInterrupted: @escaping () -> Bool = { Task.isCancelled }
  ) throws -> Results {
    if let finished { return finished }
    let checkpoint = try RunCheckpoint(
      of: experiment, in: folder.checkpoints, version: program?.version ?? "",
      package: program?.package)
    let (start, lock) = try folder.begin(experiment, checkpoint) {
      try report(.refused($0), RunState())
    }
    defer { withExtendedLifetime(lock) {} }
    if start.isBegun { try report(.resumed, start) }
    var run = try ExperimentRun(of: experiment, from: start, cachingIn: folder.cache) {
      event, state in
      try folder.write(event, of: experiment)
      try report(event, state)
      let isInterrupted = isInterrupted()
      if event.isMilestone || isInterrupted { try checkpoint.save(state) }
      if isInterrupted { throw ExperimentError.interrupted(folder: folder.path) }
    }
    var results = try run.results()
    results.program = program
    // The numbers are saved before anything is drawn from them.
    try folder.write(results)
    try report(.results(results), run.state)
    try checkpoint.remove()
    return results
  }
}
