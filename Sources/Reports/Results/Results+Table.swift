package import Experiments
import Training

extension Results {
  /// The table of rows and, if comparisons are primary, what their design finds and a table of them.
  package func text(width: Int) -> String {
    let analysis = Analysis(of: self)
    let primary = analysis.comparisons(arePrimary: true)
    guard !primary.isEmpty else { return table.text(width: width) }
    let design = recipe.designText(analysis, width: width)
    var comparisons = Table([
      "primary comparison", "metric", .number("points"), .number("95 % interval"), .number("p"),
      .number("adjusted p"), "verdict",
    ])
    for entry in primary {
      comparisons.append([
        "\(entry.row) over \(entry.over)", entry.metric,
        entry.mean.map { NumberFormat.points($0) } ?? "–",
        entry.interval.map {
          "\(NumberFormat.points($0.lower)) to \(NumberFormat.points($0.upper))"
        } ?? "–",
        entry.pValue.map(NumberFormat.pValue) ?? "–",
        entry.adjustedPValue.map(NumberFormat.pValue) ?? "–", entry.verdict,
      ])
    }
    return "\(table.text(width: width))\n\(design)\n\(comparisons.text(width: width))"
  }

  /// One row for each loss: accuracy and the difference to the first row, if test images have labels, the other
  /// metrics, and time.
  /// If some seeds diverged, there is also the number of seeds that are left.
  package var table: Table {
    let others = recipe.evaluation.names
    let isWhole = rows.allSatisfy { $0.divergences == nil }
    let hasAccuracy = !isWithoutAccuracy
    var table = Table(
      ["loss"]
        + (hasAccuracy
          ? [.number("accuracy %"), .number("to '\(rows.first?.name ?? "")'")] : [])
        + others.map { .number("\($0) %") } + (isWhole ? [] : [.number("seeds")])
        + [.number("time")])
    for teacher in allTeachers {
      func percent(_ name: String) -> String {
        teacher.percent(name) ?? ""
      }
      table.append(
        ["teacher \(teacher.name ?? teacher.network)"]
          + (hasAccuracy ? [percent("accuracy"), ""] : [])
          + others.map(percent)
          + (isWhole ? [] : [""])
          + [teacher.isLoaded ? "loaded" : NumberFormat.duration(seconds: teacher.seconds)])
    }
    for (index, row) in rows.enumerated() {
      let hasStudents = !row.history.isEmpty
      guard hasStudents || row.divergences != nil else { continue }
      let difference = index > 0 ? differenceText(of: row) : ""
      table.append(
        [row.name]
          + (hasAccuracy ? [row.percent("accuracy") ?? row.outcome, difference] : [])
          + others.map { row.percent($0) ?? (hasStudents ? "" : "–") }
          + (isWhole ? [] : [seedsText(of: row)])
          + [hasStudents ? NumberFormat.duration(seconds: row.seconds) : "–"])
    }
    return table
  }

  /// Whether there are students, and no accuracy of any network: the test images have no labels.
  package var isWithoutAccuracy: Bool {
    let epochs = rows.flatMap { $0.history }.flatMap { $0.epochs }
    return !epochs.isEmpty && epochs.allSatisfy { $0.accuracy == nil }
  }

  /// `+1.20 ± 0.35`, with the number of pairs if it is not that of the recipe's seeds.
  private func differenceText(of row: Row) -> String {
    guard let difference = difference(of: row, to: rows.first, in: "accuracy") else { return "–" }
    let text = NumberFormat.difference(
      difference.mean * 100, standardError: difference.standardError.map { $0 * 100 }, digits: 2)
    guard row.divergences != nil || rows.first?.divergences != nil else { return text }
    return "\(text) (\(difference.count) pair\(difference.count == 1 ? "" : "s"))"
  }
}

extension Results.Row {
  /// `84.60 ± 0.15` for a metric, in percent; `nil` if the row does not have it.
  func percent(_ name: String) -> String? {
    metrics[name].map {
      NumberFormat.mean(
        $0.mean * 100, deviation: $0.standardDeviation.map { $0 * 100 }, digits: 2)
    }
  }
}
