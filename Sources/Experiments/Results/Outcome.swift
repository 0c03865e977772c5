/// The outcome of a comparison, by the 95 % confidence interval of the mean paired difference.
package enum Outcome: String, Codable, Sendable {
  /// The whole interval is above 0.
  case holds
  /// The whole interval is below 0.
  case doesNotHold
  /// The interval contains 0, or there is none because there is only one seed.
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
  /// The difference that a comparison of the recipe is about, over the seeds that both rows have.
  /// It is `nil` if there are none, or if these results lack a row or the metric.
  package func difference(of comparison: Comparison) -> PairedDifference? {
    func row(_ name: String?) -> Row? { rows.first { $0.name == name } }
    return difference(
      of: row(comparison.row), to: row(comparison.over ?? rows.first?.name),
      in: comparison.metric)
  }
}
