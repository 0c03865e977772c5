import Distillation
import Tensors
import Training

extension Results {
  /// Beyond this number, the sum of squares may no longer be finite.
  private static let largest = 1e100
  private static let mostEpochs = 1_000_000

  /// The problem of a damaged file that no table could show; `nil` if there is none.
  var problem: String? {
    for teacher in allTeachers {
      let name = "the teacher \(teacher.network.visible)"
      if let problem = Self.problem(
        name, teacher.parameters, teacher.seconds, [teacher.history],
        teacher.metrics.map { ($0.key, [$0.value] + (teacher.values?[$0.key] ?? [])) })
      {
        return problem
      }
    }
    for file in files ?? [] {
      let (rows, images, accuracy) = (file.content.rows, file.content.images, file.content.accuracy)
      if rows < 0 || rows > images || !(0...1).contains(accuracy ?? 0) {
        return "the teacher \(file.name.visible) has \(rows) rows for \(images) images"
      }
    }
    for row in rows {
      let name = "'\(row.name.visible)'"
      for (metric, found) in row.metrics.sorted(by: { $0.key < $1.key }) {
        if let seeds = found.seeds, seeds.count != found.values.count {
          return "\(name) has \(found.values.count) values of \(metric.visible), of "
            + "\(seeds.count) seeds"
        }
      }
      let metrics = row.metrics.map { metric in
        (
          metric.key,
          metric.value.values + [metric.value.mean, metric.value.standardDeviation ?? 0]
        )
      }
      if let problem = Self.problem(
        name, row.parameters, row.seconds, row.history.map { $0.epochs }, metrics)
      {
        return problem
      }
    }
    if let problem = analysis.flatMap(problem) { return problem }
    return machine.processors < 0 ? "the machine has \(machine.processors) processors" : nil
  }

  /// The problem with a file's analysis; `nil` if there is none.
  private func problem(with analysis: Analysis) -> String? {
    let (found, expected) = (analysis.comparisons.count, recipe.comparisons.count)
    if found != expected {
      return "its analysis has \(found) comparisons, and its recipe has \(expected)"
    }
    for (index, entry) in analysis.comparisons.enumerated() {
      let name = "its analysis.comparisons[\(index)]"
      let equivalence = entry.equivalence
      let probabilities = [
        entry.pValue, entry.adjustedPValue, equivalence?.pValue, equivalence?.adjustedPValue,
      ].compactMap { $0 }
      if let value = probabilities.first(where: { !(0...1).contains($0) }) {
        return "\(name) has the p-value \(value), which is not in 0 to 1"
      }
      let smallest = entry.smallestDifference
      let counts = [entry.pairs, smallest?.pairs ?? 0]
      if let count = counts.first(where: { $0 < 0 }) { return "\(name) has \(count) pairs" }
      let sizes = [
        entry.standardDeviation, equivalence?.bound, smallest?.value, smallest?.deviation,
      ].compactMap { $0 }
      if let size = sizes.first(where: { $0 < 0 }) {
        return "\(name) has the number \(size), which cannot be negative"
      }
    }
    return nil
  }

  /// The problem with the numbers of one network or row; `nil` if there is none.
  static func problem(
    _ name: String, _ parameters: Int, _ seconds: Double, _ histories: [[Epoch]],
    _ metrics: [(name: String, values: [Double])]
  ) -> String? {
    if parameters < 0 { return "\(name) has \(parameters) parameters" }
    if !(0...largest).contains(seconds) { return "\(name) took \(seconds) seconds" }
    for (metric, values) in metrics.sorted(by: { $0.name < $1.name }) {
      if let value = values.first(where: { !(abs($0) <= largest) }) {
        return "\(name) has the \(metric.visible) \(value), which is beyond ±\(largest)"
      }
    }
    return histories.lazy.compactMap(problem).first.map { "\(name) has \($0)" }
  }

  /// The problem with the epochs of one training; `nil` if there is none.
  static func problem(with history: [Epoch]) -> String? {
    for epoch in history {
      if !(1...mostEpochs).contains(epoch.epoch) {
        return "an epoch \(epoch.epoch), and not 1 to \(mostEpochs)"
      }
      if !(0...largest).contains(epoch.seconds) {
        return "an epoch of \(epoch.seconds) seconds"
      }
    }
    return nil
  }
}
