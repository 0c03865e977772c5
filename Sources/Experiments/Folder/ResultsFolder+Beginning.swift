import Foundation
import TensorFiles
import Training

extension ResultsFolder {
  /// This folder, which now belongs to a run of the experiment, or the results of one that ended here before.
  func claimed(
    for experiment: Experiment, by program: Results.Program?
  ) throws -> (folder: ResultsFolder, finished: Results?) {
    if let finished = try results(of: experiment, by: program) { return (self, finished) }
    try checkLoadedFiles(of: experiment)
    var folder = self
    try folder.claim()
    return (folder, nil)
  }

  /// The results of a run of this experiment that has ended here; `nil` if it has not ended, or if this
  /// folder is not to be resumed.
  ///
  /// - Throws: ``ExperimentError/checkpoint(path:problem:)`` if they are of another recipe or other weights, and
  ///   ``ExperimentError/packageChanged(path:)`` if they are of other code of a package.
  func results(of experiment: Experiment, by program: Results.Program?) throws -> Results? {
    guard ifThere == .resume, !hasRunToResume, exists("results.json") else {
      return nil
    }
    let path = file("results.json")
    do {
      let results = try Results.read(try Data(contentsOf: URL(filePath: path)))
      if let change = try results.recipe.change(to: experiment.recipe) {
        throw ExperimentError.checkpoint(path: path, problem: "the recipe has changed: \(change)")
      }
      for (was, row) in zip(results.rows, experiment.rows) {
        guard let was = was.start?.checksum, let isNow = row.start?.checksum, was != isNow else {
          continue
        }
        throw ExperimentError.checkpoint(
          path: path, problem: "the \(RunIdentity.start(of: row.name)) was \(was), now \(isNow)")
      }
      for (was, file) in zip(results.files ?? [], experiment.files ?? []) {
        guard let before = was.checksum, let now = file.checksum, before != now else { continue }
        throw ExperimentError.checkpoint(
          path: path, problem: "the outputs of the teacher \(file.name) were \(before), now \(now)")
      }
      if RunIdentity.isAnother(program?.package, than: results.program?.package) {
        throw ExperimentError.packageChanged(path: path)
      }
      return results
    } catch is DecodingError {
      throw ExperimentError.checkpoint(path: path, problem: "it is damaged")
    } catch ExperimentError.results(let problem) {
      throw ExperimentError.checkpoint(
        path: path, problem: problem.hasPrefix("not JSON") ? "it is damaged" : problem)
    }
  }

  /// Throws ``ExperimentError/wouldOverwriteTeacher(_:with:)`` or
  /// ``ExperimentError/wouldOverwriteStart(_:with:)`` if the run would write over a file from which its recipe
  /// loads a teacher, or a student starts.
  func checkLoadedFiles(of experiment: Experiment) throws {
    let recipe = experiment.recipe
    var written = experiment.learners.filter { $0.triedWeight == nil }
      .map { (path: path(of: $0, in: recipe), what: "the weights of \($0.label(in: recipe))") }
    let (last, previous) = RunCheckpoint.names
    written += [last, previous].map { (file("checkpoints/\($0)"), "its own state") }
    for load in Self.teacherFiles(of: experiment) {
      guard let same = written.first(where: { Self.isSame($0.path, load) }) else { continue }
      throw ExperimentError.wouldOverwriteTeacher(load, with: same.what)
    }
    for start in experiment.rows.compactMap({ $0.start?.path }) {
      guard let same = written.first(where: { Self.isSame($0.path, start) }) else { continue }
      throw ExperimentError.wouldOverwriteStart(start, with: same.what)
    }
  }

  /// The files that teachers are read from.
  private static func teacherFiles(of experiment: Experiment) -> [String] {
    experiment.teachers.compactMap { $0.settings.load ?? $0.stored?.path }
  }

  /// The files that teachers are read from and students start from.
  static func loadedFiles(of experiment: Experiment) -> [String] {
    teacherFiles(of: experiment) + experiment.rows.compactMap { $0.start?.path }
  }

  /// Whether two paths lead to one file, through any links.
  private static func isSame(_ path: String, _ other: String) -> Bool {
    let canonical = { (path: String) in URL(filePath: path).resolvingSymlinksInPath().path }
    return canonical(path) == canonical(other)
  }

  /// Makes the folder with the resolved recipe in it, and returns the state to start from: that of
  /// the run which goes on, or a new one. If the last state cannot be used, `refused` receives the
  /// reason.
  ///
  /// If the run replaces another one, the results and checkpoints of that run are removed, except a
  /// file that this recipe loads.
  func begin(
    _ experiment: Experiment, _ checkpoint: RunCheckpoint, refused: (any Error) throws -> Void
  ) throws -> (state: RunState, lock: FileLock?) {
    let recipe = experiment.recipe
    let isOccupied = try exists("") && !isBlank
    do {
      try FileManager.default.createDirectory(
        atPath: checkpoints, withIntermediateDirectories: true)
    } catch {
      throw ExperimentError.cannotWrite(path, reason: error.localizedDescription)
    }
    let lock = try FileLock.alone(in: path)
    for folder in [path, checkpoints] { try AtomicFile.removePartialFiles(in: folder) }
    var state = RunState()
    if ifThere == .resume, RunCheckpoint.exists(in: checkpoints) {
      state = try checkpoint.restore(file: { path(of: $0, in: recipe) }, refused: refused)
    } else if ifThere == .resume, isOccupied {
      throw ExperimentError.noRunToResume(path)
    } else {
      if ifThere == .replace { try removeResults(keeping: Self.loadedFiles(of: experiment)) }
      try checkpoint.save(state)
    }
    try write(recipe)
    try write(state.epochs.map { MetricsLine($0.epoch, of: $0.learner) })
    return (state, lock)
  }

  /// Whether the folder is as a run leaves it when it is killed before it has saved anything.
  var isBlank: Bool {
    get throws {
      let files = FileManager.default
      return try files.contentsOfDirectory(atPath: path).allSatisfy { name in
        // What shards lock and say there is nothing to go on from.
        if name == ResultsFolder.scripts || name == "shards" { return true }
        guard ["checkpoints", "trainings"].contains(name) else { return false }
        return try files.contentsOfDirectory(atPath: file(name)).allSatisfy { $0.hasPrefix(".") }
      }
    }
  }

  private static var checkpointName: Regex<(Substring, Substring, Substring?, Substring?)> {
    /(teacher(-\d+)?(-seed\d+)?|run|run-previous|\d+-.*seed\d+)\.safetensors/
  }

  /// Removes the files that a run writes, and nothing else.
  func removeResults(keeping loaded: [String]) throws {
    do {
      let files = FileManager.default
      try removeTrainings()
      for name in ["results.json", "diagnostics.json", "report.html"] where exists(name) {
        try files.removeItem(atPath: file(name))
      }
      for name in try files.contentsOfDirectory(atPath: checkpoints)
      where name.wholeMatch(of: Self.checkpointName) != nil {
        let path = file("checkpoints/\(name)")
        let isLoaded = loaded.contains { Self.isSame(path, $0) }
        if !isLoaded { try files.removeItem(atPath: path) }
      }
    } catch {
      throw ExperimentError.cannotWrite(path, reason: error.localizedDescription)
    }
  }
}
