import Experiments

/// The verdict of the seeds on a recipe's claim.
struct Verdict {
  /// The finding about one comparison, or about the run if nothing is compared.
  struct Finding {
    /// The outcome; `nil` if nothing is compared.
    let outcome: Outcome?
    let isPrimary: Bool
    let text: String
  }

  /// The outcome of the primary comparisons together, or of all if none is primary; `nil` if nothing is
  /// compared.
  let outcome: Outcome?
  /// One finding for each comparison. If nothing is compared, the finding says which row is best.
  let findings: [Finding]
  private let isClaimed: Bool
  private let deciding: [Results.Analysis.Entry]

  init(_ results: Results) {
    isClaimed = results.recipe.claim != nil
    let analysis = Results.Analysis(of: results)
    (outcome, deciding) = (analysis.outcome, analysis.deciding)
    guard outcome != nil else {
      findings =
        Self.best(of: results).map { [Finding(outcome: nil, isPrimary: false, text: $0)] } ?? []
      return
    }
    findings = analysis.comparisons.map { entry in
      Finding(
        outcome: entry.outcome, isPrimary: entry.isPrimary,
        text: entry.sentence(seeds: results.recipe.seeds.count))
    }
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
    case .equivalent: "Equivalent\(bound) here"
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
    case .equivalent, .notResolved, nil: "open"
    }
  }

  /// The number of deciding comparisons that hold, if there are several.
  var tally: String {
    guard deciding.count > 1 else { return "" }
    let held = deciding.count { $0.outcome == .holds }
    let kind = deciding[0].isPrimary ? "primary comparisons" : "comparisons"
    return ": \(held) of \(deciding.count) \(kind) hold"
  }

  /// ` within ±0.50 points`, if all bounds of what is equivalent are equal.
  private var bound: String {
    let bounds = Set(deciding.filter { $0.outcome == .equivalent }.map { $0.equivalence?.bound })
    guard bounds.count == 1, let bound = bounds.first.flatMap({ $0 }) else { return "" }
    return " within \(NumberFormat.bound(bound)) points"
  }
}

extension Results.Analysis.Entry {
  /// `‘kd’ over ‘ce’ in accuracy: +1.00, 95 % interval +0.88 to +1.12, 3 seeds`, and for a primary comparison
  /// its p-values.
  fileprivate func sentence(seeds: Int) -> String {
    let rows = Recipe.name(row, over, metric)
    guard let mean else { return "\(rows): not measured" }
    let points = "\(rows): \(NumberFormat.points(mean))"
    let whole = pairs == seeds ? "" : " of \(seeds)"
    guard let interval else { return "\(points); one seed\(whole) gives no interval" }
    var text =
      "\(points), 95 % interval \(NumberFormat.points(interval.lower)) to "
      + "\(NumberFormat.points(interval.upper)), \(pairs)\(whole) seeds"
    guard let pValue, let adjustedPValue else { return text }
    text += "; p \(NumberFormat.pValue(pValue)), adjusted \(NumberFormat.pValue(adjustedPValue))"
    if let equivalence, let pValue = equivalence.pValue,
      let adjusted = equivalence.adjustedPValue
    {
      text +=
        "; equivalence within \(NumberFormat.bound(equivalence.bound)): "
        + "p \(NumberFormat.pValue(pValue)), adjusted \(NumberFormat.pValue(adjusted))"
    }
    if isEquivalent, outcome != .equivalent {
      text += " (there is a difference, and it is within the bound)"
    }
    return isConstant ? text + " (all seeds have the same difference)" : text
  }

  /// `equivalent within ±0.50`, or `not measured`: the verdict in a table.
  var verdict: String {
    guard mean != nil else { return "not measured" }
    let bound = equivalence.map { NumberFormat.bound($0.bound) } ?? ""
    switch outcome {
    case .holds: return isEquivalent ? "holds, within \(bound)" : "holds"
    case .doesNotHold: return isEquivalent ? "does not hold, within \(bound)" : "does not hold"
    case .equivalent: return "equivalent within \(bound)"
    case .notResolved: return "not resolved"
    }
  }
}

extension Outcome {
  var sign: String {
    switch self {
    case .holds: "✓"
    case .doesNotHold: "✗"
    case .equivalent: "≈"
    case .notResolved: "?"
    }
  }
}
