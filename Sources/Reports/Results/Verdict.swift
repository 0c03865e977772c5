import Experiments

/// The verdict of the seeds on a recipe's claim.
struct Verdict {
  /// The finding about one comparison, or about the run if nothing is compared.
  struct Finding {
    /// The outcome; `nil` if nothing is compared.
    let outcome: Outcome?
    let text: String
  }

  /// The outcome of all comparisons; `nil` if nothing is compared.
  let outcome: Outcome?
  /// One finding for each comparison. If nothing is compared, the finding says which row is best.
  let findings: [Finding]
  private let isClaimed: Bool

  init(_ results: Results) {
    isClaimed = results.recipe.claim != nil
    let comparisons = results.recipe.comparisons
    guard !comparisons.isEmpty else {
      outcome = nil
      findings = Self.best(of: results).map { [Finding(outcome: nil, text: $0)] } ?? []
      return
    }
    findings = comparisons.map { Self.finding($0, in: results) }
    let outcomes = findings.map { $0.outcome }
    outcome =
      outcomes.contains(.doesNotHold)
      ? .doesNotHold : outcomes.contains(.notResolved) ? .notResolved : .holds
  }

  private static func finding(_ comparison: Comparison, in results: Results) -> Finding {
    let over = comparison.over ?? results.rows.first?.name ?? ""
    let rows = "‘\(comparison.row)’ over ‘\(over)’ in \(comparison.metric)"
    guard let difference = results.difference(of: comparison) else {
      return Finding(outcome: .notResolved, text: "\(rows): not measured")
    }
    let points = "\(rows): \(NumberFormat.points(difference.mean))"
    let seeds = results.recipe.seeds.count
    let whole = difference.count == seeds ? "" : " of \(seeds)"
    guard let interval = difference.interval() else {
      return Finding(
        outcome: .notResolved, text: "\(points); one seed\(whole) gives no interval")
    }
    return Finding(
      outcome: Outcome(of: interval),
      text: "\(points), 95 % interval \(NumberFormat.points(interval.lower)) to "
        + "\(NumberFormat.points(interval.upper)), \(difference.count)\(whole) seeds")
  }

  private static func best(of results: Results) -> String? {
    let metric = "accuracy"
    let measured = results.rows.compactMap { row in row.metrics[metric].map { (row, $0) } }
    guard let (row, best) = measured.max(by: { $0.1.mean < $1.1.mean }),
      let first = results.rows.first
    else { return nil }
    let whole = measured.count == results.rows.count
    let sentence =
      "‘\(row.name)’ has the highest mean \(metric) of \(measured.count) rows"
      + "\(whole ? "" : " with students"), \(NumberFormat.percent(best.mean))"
      + (row.divergences == nil ? "" : " (\(results.seedsText(of: row)) seeds)")
    guard row.name != first.name,
      let difference = results.difference(of: row, to: first, in: metric)
    else { return sentence + "." }
    let interval = difference.interval().map {
      ", 95 % interval \(NumberFormat.points($0.lower)) to \(NumberFormat.points($0.upper))"
    }
    return "\(sentence): \(NumberFormat.points(difference.mean)) percentage points compared "
      + "to ‘\(first.name)’\(interval ?? "") (chosen after looking at the numbers)."
  }
}

extension Verdict {
  var words: String {
    switch outcome {
    case .holds: "Holds here"
    case .doesNotHold: "Does not hold here"
    case .notResolved: "Not resolved here"
    case nil: isClaimed ? "Not tested: no comparison is stated" : "Nothing claimed"
    }
  }

  var sign: String { outcome?.sign ?? "–" }

  /// The verdict's class in the style sheet.
  var style: String {
    switch outcome {
    case .holds: "holds"
    case .doesNotHold: "fails"
    case .notResolved, nil: "open"
    }
  }

  /// The number of comparisons that hold, if there are several.
  var tally: String {
    let outcomes = findings.compactMap { $0.outcome }
    guard outcomes.count > 1 else { return "" }
    return ": \(outcomes.count { $0 == .holds }) of \(outcomes.count) comparisons hold"
  }
}

extension Outcome {
  var sign: String {
    switch self {
    case .holds: "✓"
    case .doesNotHold: "✗"
    case .notResolved: "?"
    }
  }
}
