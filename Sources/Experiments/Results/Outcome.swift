/// The outcome of a comparison: by adjusted p-values if it is primary, and otherwise by the 95 % confidence
/// interval of the mean paired difference.
package enum Outcome: String, Codable, Sendable {
  /// The difference is above 0.
  case holds
  /// The difference is below 0.
  case doesNotHold
  /// The difference is within the equivalence bound. Only primary comparisons have one.
  case equivalent
  /// These seeds cannot tell, or there is only one.
  case notResolved

  package init(of interval: (lower: Double, upper: Double)?) {
    guard let interval else {
      self = .notResolved
      return
    }
    self = interval.lower > 0 ? .holds : interval.upper < 0 ? .doesNotHold : .notResolved
  }

  /// The outcome of several comparisons: that of the one that speaks most against the claim.
  package init(ofAll outcomes: [Outcome]) {
    let order: [Outcome] = [.doesNotHold, .notResolved, .equivalent]
    self = order.first { outcomes.contains($0) } ?? .holds
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
