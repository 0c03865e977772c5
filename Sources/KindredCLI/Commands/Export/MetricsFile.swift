import Distillation
import Foundation
import Reports
import Training

/// What `metrics.jsonl` holds, by learner.
enum MetricsFile {
  struct Learner {
    /// `teacher`, or as the checkpoint is called: `2-kd-seed1`.
    var name: String
    var epochs: [Int: Results.Epoch] = [:]
  }

  private struct Line: Decodable {
    var learner: String
    var row: String?
    var seed: UInt64?
    /// Of a teacher, where it is not the first.
    var number: Int?
    /// Of a student that tried one.
    var weight: Double?
  }

  /// The learners in the order of the file. An epoch that is there twice, as after a run was ended
  /// and resumed, counts as it is last; a last line that was not written to its end does not count.
  static func learners(in path: String) throws -> [Learner] {
    let text = try Data(file: path)
    var learners: [Learner] = []
    var rows: [String] = []
    let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, line) in lines.dropLast().enumerated() {
      do {
        let decoder = JSONDecoder()
        let (head, epoch) = (
          try decoder.decode(Line.self, from: line),
          try decoder.decode(Results.Epoch.self, from: line)
        )
        if let row = head.row, head.weight == nil, !rows.contains(row) { rows.append(row) }
        let name = name(head, rows)
        if learners.last?.name != name && !learners.contains(where: { $0.name == name }) {
          learners.append(Learner(name: name))
        }
        guard let place = learners.firstIndex(where: { $0.name == name }) else { continue }
        learners[place].epochs[epoch.epoch] = epoch
      } catch {
        throw CommandError.badData("\(path): line \(index + 1) is no epoch of a run")
      }
    }
    return learners
  }
}

extension MetricsFile {
  private static func name(_ line: Line, _ rows: [String]) -> String {
    if let weight = line.weight, let row = line.row {
      return "weight-\(Distillation.describe(weight))-\(ResultsFolder.words(of: row))"
    }
    let place = line.row.flatMap { rows.firstIndex(of: $0) }.map { $0 + 1 }
    return ResultsFolder.name(
      row: line.row, number: place ?? line.number ?? 1, seed: line.seed ?? 0)
  }
}

extension MetricsFile.Learner {
  var events: EventFile {
    var file = EventFile()
    var seconds = 0.0
    for (number, epoch) in epochs.sorted(by: { $0.key < $1.key }) {
      seconds += epoch.seconds
      var scalars = [
        (tag: "loss", value: epoch.loss), ("accuracy", epoch.accuracy), ("rate", epoch.rate),
      ]
      for term in epoch.terms {
        // None where its weight was 0 throughout the epoch.
        guard let value = term.value else { continue }
        scalars.append(("terms/\(term.name)", value))
        scalars.append(("weighted/\(term.name)", term.weight * value))
      }
      file.append(step: number, seconds: seconds, scalars: scalars)
    }
    return file
  }
}
