import Foundation
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

  /// Makes the folder, with the resolved recipe in it.
  func create(with recipe: Recipe) throws {
    do {
      try FileManager.default.createDirectory(
        atPath: file("checkpoints"), withIntermediateDirectories: true)
    } catch {
      throw CommandError.cannotWrite(path, reason: error.localizedDescription)
    }
    try AtomicFile.write(
      try JSONEncoder.ordered(pretty: true).encode(recipe), to: file("recipe.json"),
      overwriting: replacing)
    try AtomicFile.write("", to: file("metrics.jsonl"), overwriting: replacing)
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

  func write(_ trained: TrainedNetwork, of learner: Experiment.Learner, classes: Int) throws {
    let name =
      switch learner {
      case .teacher: "teacher"
      case .student(let row, let seed):
        String(row.map { $0.isLetter || $0.isNumber ? $0 : "-" }) + "-seed\(seed)"
      }
    try Checkpoint.save(
      trained, to: file("checkpoints/\(name).safetensors"), classes: classes, overwriting: true)
  }
}
