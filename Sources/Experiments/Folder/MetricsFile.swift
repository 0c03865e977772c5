package import Foundation
package import Training

/// The epochs in `metrics.jsonl`, by learner.
package enum MetricsFile {
  package struct Learner {
    /// `teacher`, or as the checkpoint is called: `2-kd-seed1`; with the weight that it tried, if it
    /// did: `2-kd-weight0.5-seed1000`.
    package var name: String
    package var epochs: [Int: Epoch] = [:]
  }

  /// Reads the learners of the file. If an epoch stands twice, as after a run was resumed, the last one
  /// counts. An unfinished last line does not count.
  ///
  /// - Parameters:
  ///   - content: The file's.
  ///   - rows: The names of the recipe's rows, which say their numbers; any others follow as they
  ///     come in the file.
  /// - Returns: The learners in the order of the file.
  /// - Throws: ``ExperimentError/results(problem:)`` where a line is not an epoch.
  package static func learners(in content: Data, rows: [String]) throws -> [Learner] {
    let lines = content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let found = try lines.dropLast().enumerated().map { index, line in
      do {
        return try CheckedJSON.decode(MetricsLine.self, from: line, firstLine: index + 1)
      } catch ExperimentError.results(let problem) where !problem.hasPrefix("not JSON") {
        throw ExperimentError.results(
          problem: "line \(index + 1) is no epoch of a run: \(problem)")
      } catch {
        throw ExperimentError.results(problem: "line \(index + 1) is no epoch of a run")
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
