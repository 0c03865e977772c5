public import Distillation
import Foundation
import TensorFiles
public import Training

/// A run in a folder whose trainings several processes have trained, and whose results are made of them.
public struct MergedRun {
  /// The folder of the run.
  public let folder: ResultsFolder
  /// The results, if the run was merged before.
  public let finished: Results?
  /// The experiment; `nil` if the run was merged before.
  package let experiment: Experiment?
  /// The recipe of the run, which may read its data elsewhere here.
  private let recipe: Recipe?
  private let program: Results.Program

  /// Reads the recipe of the run, with its data.
  ///
  /// - Parameters:
  ///   - path: The folder of the run.
  ///   - data: The folder of the data set's files, in place of the recipe's.
  ///   - registry: The terms that formulas can name.
  ///   - networks: The networks that teachers and students can be.
  ///   - program: The program that merges, which must be the one that trained. The command is taken from what the
  ///     processes have noted.
  /// - Throws: ``ExperimentError/noRun(_:)`` or ``ExperimentError/noRunToResume(_:)`` if there is none, and the errors
  ///   of a recipe.
  public init(
    in path: String, data: String? = nil, registry: Registry, networks: Networks = .standard,
    by program: Results.Program
  ) throws {
    folder = try ResultsFolder(path, ifThere: .resume)
    guard folder.exists("recipe.json") || TrainingFiles.exist(in: folder) else {
      throw ExperimentError.noRun(path)
    }
    if !folder.hasRunToResume, folder.exists("results.json") {
      finished = try folder.read("results.json", Results.read)
      (experiment, recipe, self.program) = (nil, nil, program)
      return
    }
    guard TrainingFiles.exist(in: folder) else {
      throw ExperimentError.cannotShare(
        path,
        problem: RunCheckpoint.exists(in: folder.checkpoints)
          ? "it has a run of one process, which --resume goes on with"
          : "trainings/run.safetensors is missing, which says what run it is")
    }
    guard folder.exists("recipe.json") else {
      throw FileError.missing(file: folder.file("recipe.json"))
    }
    finished = nil
    let notes = try TrainingFiles.notes(in: folder)
    var recipe = try folder.read("recipe.json") { try Recipe.read($0) }
    self.recipe = recipe
    if let data { recipe.data.directory = URL(filePath: data).path }
    experiment = try Experiment(
      recipe, registry: registry, networks: networks, in: notes[Sweep.Note.folder] ?? "")
    self.program = Results.Program(
      version: program.version, command: notes[Sweep.Note.command] ?? program.command,
      package: program.package ?? notes["package"])
  }

  /// Makes the results of all trainings, writes them, and removes the states of the trainings.
  ///
  /// - Parameter report: Receives every event, and last the results. An error that it throws ends the merging.
  /// - Returns: The results, or those of a merging before.
  /// - Throws: ``ExperimentError/missingTrainings(_:_:)``, which names the trainings that have not ended and their
  ///   shards; ``ExperimentError/isInUse(_:)``; ``ExperimentError/checkpoint(path:problem:)`` if a training is of
  ///   another run.
  public func results(
    report: @escaping (RunEvent, RunState) throws -> Void = { _, _ in }
  ) throws -> Results {
    guard let experiment else {
      guard let finished else { throw ExperimentError.noRun(folder.path) }
      return finished
    }
    let files = try TrainingFiles(
      of: experiment, in: folder, version: program.version, package: program.package)
    let locks = try FolderLocks.alone(in: folder)
    defer { withExtendedLifetime(locks) {} }
    try folder.removePartialFiles()
    try files.begin(notes: [:])
    let missing = experiment.learners.filter { !files.isDone($0) }
    guard missing.isEmpty else {
      throw ExperimentError.missingTrainings(folder.path, sentences(on: missing, of: experiment))
    }
    var run = try ExperimentRun(of: experiment, report: report)
    for learner in experiment.learners { run.state.add(try files.state(of: learner)) }
    try run.addTeachers(onlyLoaded: true)
    return try folder.end(
      run.state, of: experiment, as: recipe, by: program, report: report, removing: files)
  }

  /// `shard 4/16 lacks 2 trainings: kd, seed 3; kd, seed 19`.
  private func sentences(on missing: [Learner], of experiment: Experiment) -> [String] {
    let counts = Set(folder.shardProgress().map { $0.shard.count })
    // Shards of several numbers may have trained the same run.
    let shards = experiment.shards(count: counts.count == 1 ? counts.first ?? 1 : 1)
    let parts = Dictionary(grouping: missing) { shards[$0] ?? .whole }
    return parts.sorted { $0.key.number < $1.key.number }.map { shard, learners in
      let names = learners.prefix(3).map { $0.label(in: experiment.recipe) }
      return (shard.count == 1 ? "it" : "shard \(shard)")
        + " lacks \(learners.count) training\(learners.count == 1 ? "" : "s"): "
        + names.joined(separator: "; ") + (learners.count > 3 ? "; …" : "")
    }
  }
}
