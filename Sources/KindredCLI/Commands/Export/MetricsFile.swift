import Distillation
import Experiments
import Foundation
import Reports
import Tensors
import Training

/// What `metrics.jsonl` holds, by learner.
enum MetricsFile {
  struct Learner {
    /// `teacher`, or as the checkpoint is called: `2-kd-seed1`; with the weight that it tried, where
    /// it did: `2-kd-weight0.5-seed1000`.
    var name: String
    var epochs: [Int: Epoch] = [:]
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

  private struct Entry: Decodable {
    var head: Line
    var epoch: Epoch

    init(from decoder: any Decoder) throws {
      (head, epoch) = (try Line(from: decoder), try Epoch(from: decoder))
    }
  }

  /// What the file holds. An epoch that is there twice, as after a run was ended
  /// and resumed, counts as it is last; a last line that was not written to its end does not count.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - rows: The names of the recipe's rows, which say their numbers; any others follow as they
  ///     come in the file.
  /// - Returns: The learners in the order of the file.
  /// - Throws: ``FileError``, and where a line is not an epoch, ``CommandError/badData(_:)``.
  static func learners(in path: String, rows: [String]) throws -> [Learner] {
    let text = try Data(file: path)
    let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let found = try lines.dropLast().enumerated().map { index, line in
      do {
        return try CheckedJSON.decode(Entry.self, from: line, firstLine: index + 1)
      } catch TrainingError.results(let problem) where !problem.hasPrefix("not JSON") {
        throw CommandError.badData(
          "\(path.visible): line \(index + 1) is no epoch of a run: \(problem)")
      } catch {
        throw CommandError.badData("\(path.visible): line \(index + 1) is no epoch of a run")
      }
    }
    let rows = found.compactMap { $0.head.row }.reduce(into: rows) { rows, row in
      if !rows.contains(row) { rows.append(row) }
    }
    var learners: [Learner] = []
    var places: [String: Int] = [:]
    for entry in found {
      let (head, epoch) = (entry.head, entry.epoch)
      let name = name(head, rows)
      let place = places[name] ?? learners.count
      if place == learners.count { learners.append(Learner(name: name)) }
      places[name] = place
      learners[place].epochs[epoch.epoch] = epoch
    }
    return learners
  }

  private static func name(_ line: Line, _ rows: [String]) -> String {
    let place = line.row.flatMap { rows.firstIndex(of: $0) }.map { $0 + 1 }
    return ResultsFolder.name(
      row: line.row, number: place ?? line.number ?? 1, weight: line.weight, seed: line.seed ?? 0)
  }
}

extension MetricsFile.Learner {
  /// How long its training took.
  var seconds: Double { epochs.values.reduce(0) { $0 + $1.seconds } }

  /// A training that began so many seconds after the run.
  func events(from start: Double) -> EventFile {
    var file = EventFile()
    var seconds = start
    for (number, epoch) in epochs.sorted(by: { $0.key < $1.key }) {
      seconds += epoch.seconds
      var scalars = [
        (tag: "loss", value: epoch.loss), ("accuracy", epoch.accuracy), ("rate", epoch.rate),
      ]
      for term in epoch.terms {
        // What has no number in an epoch, as a term whose weight was 0 throughout, is left out.
        for (tag, value) in [
          ("terms", term.value), ("weight", term.weight),
          ("weighted", term.value.map { term.weight * $0 }), ("share", term.share),
          ("gradientNorm", term.gradientNorm), ("cosine", term.cosine),
        ] {
          if let value { scalars.append(("\(tag)/\(term.name)", value)) }
        }
      }
      file.append(step: number, seconds: seconds, scalars: scalars)
    }
    return file
  }
}
