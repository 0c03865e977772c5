import Distillation
import Tensors
import Training

/// A claim about two rows: one has more of a metric than the other.
package struct Comparison: Configurable {
  /// The row that is claimed to have more.
  package var row = ""

  /// The row that it is compared with; the recipe's first row if it is `nil`.
  package var over: String?

  /// The metric: `accuracy`, `recall@1`, …
  package var metric = "accuracy"

  /// Whether it is one of those that decide, and were named before the experiment.
  package var primary = false

  /// The bound of a primary comparison within which differences do not matter, if it is not the design's.
  package var equivalence: Double?

  /// The standard deviation of its paired differences in a pilot, if it is not the design's.
  package var deviation: Double?

  package init() {}
  package static let standard = Self()
}

extension Recipe {
  /// Throws ``SettingError`` if a row or a metric does not exist.
  func validateComparisons() throws {
    let names = rows.map { $0.name }
    func check(_ name: String, _ key: String, _ index: Int, among available: [String]) throws {
      guard !available.contains(name) else { return }
      let hint = suggestion(for: name, in: available).visible
      throw SettingError(
        path: ["comparisons[\(index)]", key],
        problem: "no '\(name.visible)'\(hint); \(choices(available))")
    }
    for (index, comparison) in comparisons.enumerated() {
      try check(comparison.row, "row", index, among: names)
      if let over = comparison.over { try check(over, "over", index, among: names) }
      if comparison.row == comparison.over ?? names.first {
        throw SettingError(
          path: ["comparisons[\(index)]"],
          problem: "'\(comparison.row.visible)' is compared with itself")
      }
      try check(comparison.metric, "metric", index, among: ["accuracy"] + evaluation.names)
    }
  }
}
