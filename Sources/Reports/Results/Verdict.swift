package import Experiments

extension RunReport.Verdict {
  /// What the seeds say of the recipe's comparisons; where it claims nothing, what the best row is.
  package init(_ results: Results) {
    let comparisons = results.recipe.comparisons
    guard !comparisons.isEmpty else {
      let outcome: Outcome = results.recipe.claim == nil ? .nothingClaimed : .notTested
      self.init(outcome, Self.best(of: results).map { [RunReport.Finding(nil, $0)] } ?? [])
      return
    }
    let first = results.rows.first?.name ?? ""
    let findings = comparisons.map { comparison in
      Self.finding(
        comparison, results.difference(of: comparison), first: first,
        of: results.recipe.seeds.count)
    }
    let outcomes = findings.map { $0.outcome }
    self.init(
      outcomes.contains(.doesNotHold)
        ? .doesNotHold : outcomes.contains(.notResolved) ? .notResolved : .holds, findings)
  }

  private static func finding(
    _ comparison: Comparison, _ difference: PairedDifference?, first: String, of seeds: Int
  ) -> RunReport.Finding {
    let rows = "‘\(comparison.row)’ over ‘\(comparison.over ?? first)’ in \(comparison.metric)"
    guard let difference else {
      return RunReport.Finding(.notResolved, "\(rows): not measured")
    }
    let points = "\(rows): \(signed(difference.mean))"
    let whole = difference.count == seeds ? "" : " of \(seeds)"
    guard let interval = difference.interval() else {
      return RunReport.Finding(.notResolved, "\(points), one seed\(whole), which has no interval")
    }
    return RunReport.Finding(
      Outcome(Experiments.Outcome(of: interval)),
      "\(points), 95 % interval \(signed(interval.lower)) to \(signed(interval.upper)), "
        + "\(difference.count)\(whole) seeds")
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

extension RunReport.Verdict.Outcome {
  fileprivate init(_ outcome: Experiments.Outcome) {
    switch outcome {
    case .holds: self = .holds
    case .doesNotHold: self = .doesNotHold
    case .notResolved: self = .notResolved
    }
  }
}
