import Distillation
import Experiments
import Foundation
import Reports
import TensorFiles
import Training

/// The folder that a run writes to.
struct ResultsFolder {
  private(set) var path: String
  private let use: Use
  /// What the names of free folders begin with, where none was asked for.
  private let base: String?

  /// What may be done with a folder that exists.
  enum Use {
    case nothing
    /// Its results are replaced.
    case replacing
    /// The run in it goes on.
    case resuming
  }

  /// The folder that was asked for, which must not exist unless it may be used; or the first of
  /// `results/NAME`, `results/NAME-2`, … that does not, and for a run that goes on the last that
  /// does.
  init(_ asked: String?, recipe: String, _ use: Use = .nothing, in results: String = "results")
    throws
  {
    self.use = use
    let exists = { FileManager.default.fileExists(atPath: $0) }
    if let asked {
      (path, base) = (asked, nil)
      if use == .nothing, exists(asked) {
        throw RunCheckpoint.exists(in: checkpoints)
          ? CommandError.interruptedRunExists(asked) : CommandError.fileExists(asked)
      }
    } else {
      let base = "\(results)/\(Self.stem(of: recipe))"
      var (last, free, number) = (base, base, 1)
      while exists(free) {
        number += 1
        (last, free) = (free, "\(base)-\(number)")
      }
      path = use == .resuming ? last : free
      self.base = use == .resuming ? nil : base
    }
  }

  /// A recipe's name without its extension, which is the name of a folder and leads nowhere else.
  private static func stem(of recipe: String) -> String {
    let stem = (recipe as NSString).deletingPathExtension.replacing("/", with: "-")
    return stem.contains { $0 != "." } ? stem : "recipe"
  }

  /// Makes the folder, if none was asked for, so that it is this run's alone. Where another run has
  /// taken it meanwhile, the next that is free is this one's.
  mutating func claim() throws {
    guard let base else { return }
    var number = 1
    do {
      try FileManager.default.createDirectory(
        atPath: (base as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    } catch {
      throw CommandError.cannotWrite(base, reason: error.localizedDescription)
    }
    while mkdir(path, 0o777) != 0 {
      guard errno == EEXIST else {
        throw CommandError.cannotWrite(path, reason: String(cString: strerror(errno)))
      }
      number += 1
      path = "\(base)-\(number)"
    }
  }

  /// Where the weights are, and what an interrupted run goes on from.
  var checkpoints: String { file("checkpoints") }

  /// What can be computed again.
  var cache: String { file("cache") }

  private func file(_ name: String) -> String { (path as NSString).appendingPathComponent(name) }

  private func exists(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: file(name))
  }
}

// MARK: - Beginning and ending

extension ResultsFolder {
  /// The results of a run of this recipe that has ended here; `nil` where it has not, or where they
  /// are not asked for.
  ///
  /// Throws ``TrainingError/checkpoint(path:problem:)`` where they are another recipe's.
  func results(of recipe: Recipe) throws -> Results? {
    guard use == .resuming, !RunCheckpoint.exists(in: checkpoints), exists("results.json") else {
      return nil
    }
    let path = file("results.json")
    do {
      let results = try Results.read(try Data(contentsOf: URL(filePath: path)))
      if let change = try results.recipe.change(to: recipe) {
        throw TrainingError.checkpoint(path: path, problem: "the recipe has changed: \(change)")
      }
      return results
    } catch is DecodingError {
      throw TrainingError.checkpoint(path: path, problem: "it is damaged")
    } catch TrainingError.results(let problem) {
      throw TrainingError.checkpoint(
        path: path, problem: problem.hasPrefix("not JSON") ? "it is damaged" : problem)
    }
  }

  /// Throws ``CommandError/wouldOverwriteTeacher(_:with:)`` where the run would write over a file
  /// that a teacher of its recipe is loaded from.
  func checkTeachers(of experiment: Experiment) throws {
    let recipe = experiment.recipe
    var written = experiment.learners.filter { !$0.triesWeight }
      .map { (path: path(of: $0, in: recipe), what: "the weights of \($0.label(in: recipe))") }
    let (last, previous) = RunCheckpoint.names
    written += [last, previous].map { (file("checkpoints/\($0)"), "its own state") }
    for load in recipe.teachers.compactMap({ $0.load }) {
      guard let same = written.first(where: { Self.isSame($0.path, load) }) else { continue }
      throw CommandError.wouldOverwriteTeacher(load, with: same.what)
    }
  }

  /// Whether two paths are of one file, by whatever links.
  private static func isSame(_ path: String, _ other: String) -> Bool {
    let canonical = { (path: String) in URL(filePath: path).resolvingSymlinksInPath().path }
    return canonical(path) == canonical(other)
  }

  /// Makes the folder, with the resolved recipe in it, and returns the state to start from: that of
  /// the run which goes on, or one that has not begun. `note` is told what could not be used.
  ///
  /// Where it replaces another run's, that run's results and checkpoints go, but for the teacher
  /// that this recipe loads.
  func begin(
    _ recipe: Recipe, _ checkpoint: RunCheckpoint, note: (String) -> Void
  ) throws -> (state: Experiment.State, lock: FolderLock) {
    let isOccupied = try exists("") && !isBlank
    do {
      try FileManager.default.createDirectory(
        atPath: checkpoints, withIntermediateDirectories: true)
    } catch {
      throw CommandError.cannotWrite(path, reason: error.localizedDescription)
    }
    let lock = try FolderLock(path)
    for folder in [path, checkpoints] { try AtomicFile.removePartialFiles(in: folder) }
    var state = Experiment.State()
    if use == .resuming, RunCheckpoint.exists(in: checkpoints) {
      state = try checkpoint.restore { learner in
        file("checkpoints/\(Self.checkpoint(of: learner, in: recipe))")
      } refused: { error in
        note("\(error); going on from the one before it")
      }
    } else if use == .resuming, isOccupied {
      throw CommandError.noRunToResume(path)
    } else {
      if use == .replacing { try removeResults(keeping: recipe.teachers.compactMap { $0.load }) }
      try checkpoint.save(state)
    }
    try write(try JSONEncoder.ordered(pretty: true).encode(recipe), "recipe.json")
    let lines = try state.epochs.map { try line(MetricsLine(learner: $0.learner, epoch: $0.epoch)) }
    try write(Data(lines.joined()), "metrics.jsonl")
    return (state, lock)
  }

  /// Whether it is as a run leaves it that was killed before it had saved anything.
  private var isBlank: Bool {
    get throws {
      let files = FileManager.default
      let names = try files.contentsOfDirectory(atPath: path)
      let saved = exists("checkpoints") ? try files.contentsOfDirectory(atPath: checkpoints) : []
      return names.allSatisfy { $0 == "checkpoints" } && saved.allSatisfy { $0.hasPrefix(".") }
    }
  }

  private static var checkpointName: Regex<(Substring, Substring, Substring?)> {
    /(teacher(-\d+)?|run|run-previous|\d+-.*seed\d+)\.safetensors/
  }

  /// Removes what a run writes at its end, and nothing else.
  private func removeResults(keeping teachers: [String]) throws {
    do {
      let files = FileManager.default
      for name in ["results.json", "diagnostics.json", "report.html"] where exists(name) {
        try files.removeItem(atPath: file(name))
      }
      for name in try files.contentsOfDirectory(atPath: checkpoints)
      where name.wholeMatch(of: Self.checkpointName) != nil {
        let path = file("checkpoints/\(name)")
        let isLoaded = teachers.contains { Self.isSame(path, $0) }
        if !isLoaded { try files.removeItem(atPath: path) }
      }
    } catch {
      throw CommandError.cannotWrite(path, reason: error.localizedDescription)
    }
  }

  /// Writes the results.
  func write(_ results: Results) throws { try write(try results.json, "results.json") }
}

// MARK: - Writing

extension ResultsFolder {
  private func write(_ content: Data, _ name: String) throws {
    try AtomicFile.write(content, to: file(name), overwriting: use != .nothing)
  }

  private func line(_ content: some Encodable) throws -> Data {
    try JSONEncoder.ordered(pretty: false).encode(content) + Data("\n".utf8)
  }

  /// Adds a line to `metrics.jsonl`, whole or not at all.
  func append(_ content: some Encodable) throws {
    let path = file("metrics.jsonl")
    guard let handle = FileHandle(forWritingAtPath: path) else {
      throw CommandError.cannotWrite(path, reason: "it is no longer there")
    }
    defer { try? handle.close() }
    do {
      let end = try handle.seekToEnd()
      do {
        try handle.write(contentsOf: try line(content))
      } catch {
        try handle.truncate(atOffset: end)
        throw error
      }
    } catch {
      throw CommandError.cannotWrite(path, reason: error.localizedDescription)
    }
  }

  /// Writes what the pictures of a report are drawn from, and the report.
  func write(_ diagnostics: Diagnostics, _ report: RunReport) throws {
    try write(try diagnostics.json, "diagnostics.json")
    try write(Data(ReportPage([report]).html.utf8), "report.html")
  }

  /// The path of a learner's weights.
  func path(of learner: Experiment.Learner, in recipe: Recipe) -> String {
    file("checkpoints/\(Self.checkpoint(of: learner, in: recipe))")
  }

  /// Writes the weights of a learner of `recipe`.
  func write(
    _ trained: TrainedNetwork, of learner: Experiment.Learner, in recipe: Recipe, classes: Int
  ) throws {
    let name = Self.checkpoint(of: learner, in: recipe)
    try Checkpoint.save(
      trained, to: file("checkpoints/\(name)"), classes: classes, overwriting: true)
  }

  /// `teacher.safetensors`, or `2-kd-seed1.safetensors` of the second row. The number keeps rows
  /// apart whose names differ in signs alone.
  static func checkpoint(of learner: Experiment.Learner, in recipe: Recipe) -> String {
    switch learner {
    case .teacher(let index):
      return name(row: nil, number: index + 1, seed: 0) + ".safetensors"
    case .student(let row, let seed), .candidate(let row, _, let seed):
      let number = (recipe.rows.firstIndex { $0.name == row } ?? 0) + 1
      return name(row: row, number: number, seed: seed) + ".safetensors"
    }
  }

  /// `teacher` or `teacher-2`, or `2-kd-seed1` of the second row, or `2-kd-weight0.5-seed1000` of
  /// one of its students that tried a weight.
  static func name(row: String?, number: Int, weight: Double? = nil, seed: UInt64) -> String {
    guard let row else { return number == 1 ? "teacher" : "teacher-\(number)" }
    let tried = weight.map { "weight\(Distillation.describe($0))" } ?? ""
    return ["\(number)", words(of: row), tried, "seed\(seed)"].filter { !$0.isEmpty }
      .joined(separator: "-")
  }

  /// The letters and numbers of a name, as far as a file's name has room.
  static func words(of name: String) -> String {
    var start = ""
    for character in name {
      guard start.utf8.count + character.utf8.count <= 40 else { break }
      start.append(character.isLetter || character.isNumber ? character : "-")
    }
    return start.split(separator: "-").joined(separator: "-")
  }
}
