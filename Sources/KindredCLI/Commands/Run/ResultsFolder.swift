import Foundation
import Reports
import Training

/// The folder that a run writes to.
struct ResultsFolder {
  let path: String
  private let replacing: Bool

  /// The folder that was asked for, which must not exist unless it is to be replaced; or the first
  /// of `results/NAME`, `results/NAME-2`, … that does not.
  init(
    _ asked: String?, recipe: String, replacing: Bool, in results: String = "results"
  ) throws {
    self.replacing = replacing
    let exists = { FileManager.default.fileExists(atPath: $0) }
    if let asked {
      if exists(asked) && !replacing { throw CommandError.fileExists(asked) }
      path = asked
    } else {
      let base = "\(results)/\((recipe as NSString).deletingPathExtension)"
      var (free, number) = (base, 1)
      while exists(free) {
        number += 1
        free = "\(base)-\(number)"
      }
      path = free
    }
  }

  private func file(_ name: String) -> String { (path as NSString).appendingPathComponent(name) }

  /// Makes the folder, with the resolved recipe in it. Where it replaces another run's, that run's
  /// results and checkpoints go, but for the teacher that this recipe loads.
  func create(with recipe: Recipe) throws {
    do {
      try FileManager.default.createDirectory(
        atPath: file("checkpoints"), withIntermediateDirectories: true)
      if replacing { try removeResults(keeping: recipe.teacher?.load) }
    } catch {
      throw CommandError.cannotWrite(path, reason: error.localizedDescription)
    }
    try AtomicFile.write(
      try JSONEncoder.ordered(pretty: true).encode(recipe), to: file("recipe.json"),
      overwriting: replacing)
    try AtomicFile.write("", to: file("metrics.jsonl"), overwriting: replacing)
  }

  /// Removes what a run writes at its end, and nothing else.
  private func removeResults(keeping teacher: String?) throws {
    let files = FileManager.default
    for name in ["results.json", "diagnostics.json", "report.html"]
    where files.fileExists(atPath: file(name)) {
      try files.removeItem(atPath: file(name))
    }
    let canonical = { (path: String) in URL(filePath: path).resolvingSymlinksInPath().path }
    for name in try files.contentsOfDirectory(atPath: file("checkpoints"))
    where name.wholeMatch(of: /(teacher|\d+-.*seed\d+)\.safetensors/) != nil {
      let path = file("checkpoints/\(name)")
      if teacher.map(canonical) != canonical(path) { try files.removeItem(atPath: path) }
    }
  }

  /// Adds a line to `metrics.jsonl`.
  func append(_ line: some Encodable) throws {
    let encoder = JSONEncoder.ordered(pretty: false)
    guard let handle = FileHandle(forWritingAtPath: file("metrics.jsonl")) else {
      throw CommandError.cannotWrite(file("metrics.jsonl"), reason: "it is no longer there")
    }
    defer { try? handle.close() }
    do {
      try handle.seekToEnd()
      try handle.write(contentsOf: try encoder.encode(line) + Data("\n".utf8))
    } catch {
      throw CommandError.cannotWrite(file("metrics.jsonl"), reason: error.localizedDescription)
    }
  }

  func write(_ results: Results) throws {
    try AtomicFile.write(try results.json, to: file("results.json"), overwriting: replacing)
  }

  /// Writes what the pictures of a report are drawn from, and the report.
  func write(_ diagnostics: Diagnostics, _ report: RunReport) throws {
    try AtomicFile.write(
      try diagnostics.json, to: file("diagnostics.json"), overwriting: replacing)
    try AtomicFile.write(
      ReportPage([report]).html, to: file("report.html"), overwriting: replacing)
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
    case .teacher: return name(row: nil, number: 0, seed: 0) + ".safetensors"
    case .student(let row, let seed):
      let number = (recipe.rows.firstIndex { $0.name == row } ?? 0) + 1
      return name(row: row, number: number, seed: seed) + ".safetensors"
    }
  }

  /// `teacher`, or `2-kd-seed1` of the second row.
  static func name(row: String?, number: Int, seed: UInt64) -> String {
    guard let row else { return "teacher" }
    return (["\(number)"] + words(of: row) + ["seed\(seed)"]).joined(separator: "-")
  }

  /// The letters and numbers of a name, as far as a file's name has room.
  private static func words(of name: String) -> [String] {
    var start = ""
    for character in name {
      guard start.utf8.count + character.utf8.count <= 40 else { break }
      start.append(character.isLetter || character.isNumber ? character : "-")
    }
    return start.split(separator: "-").map { String($0) }
  }
}
