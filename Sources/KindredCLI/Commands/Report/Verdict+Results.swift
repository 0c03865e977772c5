import Reports
import Training

extension RunReport.Verdict {
  /// What the seeds say of the recipe's comparisons; where it claims nothing, what the best row is.
  init(_ results: Results) {
    let comparisons = results.recipe.comparisons
    guard !comparisons.isEmpty else {
      let outcome: Outcome = results.recipe.claim == nil ? .nothingClaimed : .notTested
      self.init(outcome, sentences: Self.best(of: results).map { [$0] } ?? [])
      return
    }
    let found = comparisons.map { comparison in
      (comparison, results.difference(of: comparison))
    }
    let outcomes = found.map { Training.Outcome(of: $0.1?.interval()) }
    let outcome: Outcome =
      outcomes.contains(.doesNotHold)
      ? .doesNotHold : outcomes.contains(.notResolved) ? .notResolved : .holds
    let first = results.rows.first?.name ?? ""
    self.init(
      outcome,
      sentences: zip(found, outcomes).map { entry, outcome in
        Self.sentence(entry.0, entry.1, outcome, first: first, of: results.recipe.seeds.count)
      })
  }

  private static func sentence(
    _ comparison: Comparison, _ difference: PairedDifference?, _ outcome: Training.Outcome,
    first: String, of seeds: Int
  ) -> String {
    let rows = "‘\(comparison.row)’ against ‘\(comparison.over ?? first)’ in \(comparison.metric)"
    guard let difference else { return "\(rows): not measured." }
    let words =
      switch outcome {
      case .holds: "more, and the interval is above 0."
      case .doesNotHold: "less, and the interval is below 0."
      case .notResolved: "the interval has 0 in it."
      }
    let points = "\(rows): \(signed(difference.mean)) percentage points"
    let whole = difference.count == seeds ? "" : " of \(seeds)"
    guard let interval = difference.interval() else {
      return "\(points) with one seed\(whole), which has no interval."
    }
    return "\(points), 95 % interval \(signed(interval.lower)) to \(signed(interval.upper)), "
      + "\(difference.count)\(whole) paired seeds: \(words)"
  }

  private static func best(of results: Results) -> String? {
    let metric = "accuracy"
    let measured = results.rows.compactMap { row in row.metrics[metric].map { (row, $0) } }
    guard let (row, best) = measured.max(by: { $0.1.mean < $1.1.mean }),
      let first = results.rows.first
    else { return nil }
    let whole = measured.count == results.rows.count
    let sentence =
      "Of \(measured.count) rows\(whole ? "" : " with students"), ‘\(row.name)’ has the highest mean "
      + "\(metric), \(NumberFormat.percent(best.mean))"
      + (row.divergences == nil ? "" : " of \(results.seedsText(of: row)) seeds")
    guard row.name != first.name,
      let difference = results.difference(of: row, to: first, in: metric)
    else { return sentence + "." }
    let interval = difference.interval().map {
      ", 95 % interval \(signed($0.lower)) to \(signed($0.upper))"
    }
    return "\(sentence): \(signed(difference.mean)) percentage points to ‘\(first.name)’"
      + "\(interval ?? "") (chosen after looking at the numbers)."
  }

  private static func signed(_ fraction: Double) -> String {
    NumberFormat.difference(fraction * 100, standardError: nil, digits: 2)
  }
}
