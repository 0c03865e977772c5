import Distillation

/// The decisions about the primary comparisons that are made before the experiment. Numbers are those of metrics, that
/// is, fractions: 0.005 is half a percentage point.
package struct DesignSettings: Configurable {
  /// The standard deviation of the paired differences in a pilot.
  package var deviation: Double?

  /// The equivalence bound δ: differences of less than ±δ do not matter.
  package var equivalence: Double?

  /// The probability with which the smallest difference that the design finds is found.
  package var power = 0.8

  package init() {}
  package static let standard = Self()
}

extension Recipe {
  /// The comparisons that were named before the experiment as those that decide. The p-values of the set are
  /// adjusted for there being several.
  package var primaryComparisons: [Comparison] { comparisons.filter { $0.primary } }

  /// The equivalence bound of a primary comparison; `nil` if it has none.
  package func equivalence(of comparison: Comparison) -> Double? {
    comparison.primary ? comparison.equivalence ?? design.equivalence : nil
  }

  /// The pilot's standard deviation for a primary comparison; `nil` if there is none.
  package func pilotDeviation(of comparison: Comparison) -> Double? {
    comparison.primary ? comparison.deviation ?? design.deviation : nil
  }

  /// Throws ``SettingError`` if a number about primary comparisons is impossible, or if it is given where
  /// there are none.
  func validateDesign() throws {
    func check(_ number: Double?, _ path: [String], isOfPrimary: Bool) throws {
      guard let number else { return }
      guard isOfPrimary else {
        throw SettingError(
          path: path, problem: "it is about primary comparisons: give 'primary: true' to one")
      }
      guard number > 0, number <= 1 else {
        throw SettingError(
          path: path,
          problem:
            "expected more than 0 and at most 1, where 0.01 is a percentage point, not \(describe(number))"
        )
      }
    }
    let hasPrimary = !primaryComparisons.isEmpty
    try check(design.deviation, ["design", "deviation"], isOfPrimary: hasPrimary)
    try check(design.equivalence, ["design", "equivalence"], isOfPrimary: hasPrimary)
    for (index, comparison) in comparisons.enumerated() {
      let place = "comparisons[\(index)]"
      try check(comparison.deviation, [place, "deviation"], isOfPrimary: comparison.primary)
      try check(comparison.equivalence, [place, "equivalence"], isOfPrimary: comparison.primary)
    }
    guard (0.5...0.999).contains(design.power) else {
      throw SettingError(
        path: ["design", "power"],
        problem: "expected 0.5 to 0.999, not \(describe(design.power))")
    }
  }
}
