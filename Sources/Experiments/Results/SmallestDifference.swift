/// The smallest true difference that a design finds, which is known before there are results.
package struct SmallestDifference: Codable, Equatable, Sendable {
  package var value: Double
  /// The standard deviation of the differences that it follows from.
  package var deviation: Double
  /// Whether a pilot had this deviation. Otherwise it is that of the seeds of the run themselves.
  package var isFromPilot: Bool
  package var pairs: Int
}

extension Recipe {
  /// The level of a test that no other test of the primary set has helped: Holm's method begins with
  /// Bonferroni's level.
  package var firstLevel: Double {
    Results.Analysis.level / Double(max(1, primaryComparisons.count))
  }

  /// The smallest mean difference that this many pairs find, in standard deviations of the differences; `nil`
  /// for one pair, which finds nothing.
  package func smallestEffect(pairs: Int) -> Double? {
    pairs < 2
      ? nil : PairedTest(pairs: pairs, level: firstLevel).smallestEffect(power: design.power)
  }

  /// The smallest difference that the recipe's seeds find in a primary comparison by the deviation of a
  /// pilot. Without a pilot, it follows from the observed differences, if there are some.
  package func smallestDifference(
    of comparison: Comparison, observed: PairedDifference? = nil
  ) -> SmallestDifference? {
    guard comparison.primary else { return nil }
    let pilot = pilotDeviation(of: comparison)
    guard let deviation = pilot ?? observed?.standardDeviation, deviation > 0 else { return nil }
    let pairs = pilot == nil ? observed?.count ?? 0 : seeds.count
    return smallestEffect(pairs: pairs).map { effect in
      SmallestDifference(
        value: effect * deviation, deviation: deviation, isFromPilot: pilot != nil, pairs: pairs)
    }
  }
}
