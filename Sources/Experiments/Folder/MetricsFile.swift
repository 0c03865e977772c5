package import Foundation
package import Training

/// The epochs in `metrics.jsonl`, by learner.
package enum MetricsFile {
  package struct Learner {
    /// `teacher`, or the name of the student's checkpoint, `2-kd-seed1`. If the student tried a
    /// weight, the name includes it: `2-kd-weight0.5-seed1000`.
    package var name: String
    package var epochs: [Int: Epoch] = [:]
  }

  /// Reads the learners of the file. If an epoch stands twice, as it may after a run was resumed,
  /// the last one counts. An unfinished last line does not count.
  ///
  /// - Parameters:
  ///   - content: The content of the file.
  ///   - rows: The names of the recipe's rows, whose order gives their numbers. Any other rows
  ///     follow in the order of the file.
  /// - Returns: The learners in the order of the file.
  /// - Throws: ``ExperimentError/results(problem:)`` if a line is not an epoch.
  package static func learners(in content: Data, rows: [String]) throws -> [Learner] {
    let lines = content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let found = try lines.dropLast().enumerated().map { index, line in
      do {
        return try CheckedJSON.decode(MetricsLine.self, from: line, firstLine: index + 1)
      } catch ExperimentError.results(let problem) where !problem.hasPrefix("not JSON") {
        throw ExperimentError.results(
          problem: "line \(index + 1) is not an epoch of a run: \(problem)")
      } catch {
        throw ExperimentError.results(problem: "line \(index + 1) is not an epoch of a run")
      }
    }
    let rows = found.compactMap { $0.head.row }.reduce(into: rows) { rows, row in
      if !rows.contains(row) { rows.append(row) }
    }
    var learners: [Learner] = []
    var places: [String: Int] = [:]
    for line in found {
      let name = Experiments.Learner.fileName(line.head, rows: rows)
      let place = places[name] ?? learners.count
      if place == learners.count { learners.append(Learner(name: name)) }
      places[name] = place
      learners[place].epochs[line.epoch.epoch] = line.epoch
    }
    return learners
  }
}
