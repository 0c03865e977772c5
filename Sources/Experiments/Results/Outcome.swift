/// What the seeds say of a comparison, by the 95 % confidence interval of the mean paired difference.
package enum Outcome: String, Codable, Sendable {
  /// The whole interval is above 0.
  case holds
  /// The whole interval is below 0.
  case doesNotHold
  /// The interval has 0 in it, or there is none, since there is but one seed.
  case notResolved

  package init(of interval: (lower: Double, upper: Double)?) {
    guard let interval else {
      self = .notResolved
      return
    }
    self = interval.lower > 0 ? .holds : interval.upper < 0 ? .doesNotHold : .notResolved
  }
}

extension Results {
  /// The difference that a comparison of the recipe is about, seed by seed of those that both rows
  /// have; `nil` where there is none, or these results do not have its rows or its metric.
  package func difference(of comparison: Comparison) -> PairedDifference? {
    func row(_ name: String?) -> Row? { rows.first { $0.name == name } }
    return difference(
      of: row(comparison.row), to: row(comparison.over ?? rows.first?.name),
      in: comparison.metric)
  }
}
