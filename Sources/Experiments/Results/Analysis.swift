extension Results {
  /// What the seeds say about each comparison of the recipe. It is computed from the other results, and
  /// `results.json` holds it for those who read the file with other tools.
  package struct Analysis: Codable, Equatable, Sendable {
    /// The level of all tests.
    package static let level = 0.05

    package var level = Self.level
    /// The probability with which the smallest differences are found.
    package var power: Double
    /// One for each comparison of the recipe, in its order.
    package var comparisons: [Entry]

    /// The comparisons of the primary set, or those that are not in it.
    package func comparisons(arePrimary: Bool) -> [Entry] {
      comparisons.filter { $0.isPrimary == arePrimary }
    }

    /// The outcome of the primary comparisons together, or of all if none is primary; `nil` if nothing is
    /// compared.
    package var outcome: Outcome? {
      comparisons.isEmpty ? nil : Outcome(ofAll: deciding.map { $0.outcome })
    }

    /// The primary comparisons, or all if none is primary.
    package var deciding: [Entry] {
      let primary = comparisons(arePrimary: true)
      return primary.isEmpty ? comparisons : primary
    }
  }
}

extension Results.Analysis {
  /// One comparison. Without a pair of students, it has no numbers, and with one pair only a mean.
  package struct Entry: Codable, Equatable, Sendable {
    package var row: String
    package var over: String
    package var metric: String
    package var isPrimary: Bool
    /// The number of seeds that both rows have.
    package var pairs: Int
    /// The mean of the differences.
    package var mean: Double?
    /// The standard deviation of the differences.
    package var standardDeviation: Double?
    /// The 95 % confidence interval of the mean, which is not adjusted for there being several comparisons.
    package var interval: Interval?
    /// The p-value of the paired t-test.
    package var pValue: Double?
    /// The p-value adjusted by Holm's method within the primary set; `nil` if the comparison is not primary.
    package var adjustedPValue: Double?
    /// The tests of equivalence; `nil` if there is no bound.
    package var equivalence: Equivalence?
    /// The smallest difference that the design finds; `nil` if the comparison is not primary, or if no deviation
    /// is known.
    package var smallestDifference: SmallestDifference?
    package var outcome: Outcome

    /// Whether all seeds have the same difference, so that its deviation is 0.
    package var isConstant: Bool { standardDeviation == 0 }
    /// Whether the difference is within the equivalence bound, by the adjusted p-value.
    package var isEquivalent: Bool {
      (equivalence?.adjustedPValue).map { $0 < Results.Analysis.level } ?? false
    }
  }

  package struct Interval: Codable, Equatable, Sendable {
    package var lower: Double
    package var upper: Double
  }

  package struct Equivalence: Codable, Equatable, Sendable {
    /// δ: differences of less than ±δ do not matter.
    package var bound: Double
    /// The greater p-value of the two one-sided tests.
    package var pValue: Double?
    /// The p-value adjusted by Holm's method among the primary comparisons that have a bound.
    package var adjustedPValue: Double?
  }
}

extension Results.Analysis {
  package init(of results: Results) {
    let recipe = results.recipe
    power = recipe.design.power
    comparisons = recipe.comparisons.map { comparison in
      let found = results.difference(of: comparison)
      let difference = found.flatMap { $0.isFinite ? $0 : nil }
      return Entry(
        row: comparison.row, over: comparison.over ?? results.rows.first?.name ?? "",
        metric: comparison.metric, isPrimary: comparison.primary, pairs: found?.count ?? 0,
        mean: difference?.mean, standardDeviation: difference?.standardDeviation,
        interval: difference?.interval().map { Interval(lower: $0.lower, upper: $0.upper) },
        pValue: difference?.pValue,
        equivalence: recipe.equivalence(of: comparison).map { bound in
          Equivalence(bound: bound, pValue: difference?.pValueOfEquivalence(within: bound))
        },
        smallestDifference: recipe.smallestDifference(of: comparison, observed: difference),
        outcome: Outcome(of: difference?.interval()))
    }
    let primary = comparisons.indices.filter { comparisons[$0].isPrimary }
    let values = Self.adjusted(primary.map { comparisons[$0].pValue })
    for (index, value) in zip(primary, values) { comparisons[index].adjustedPValue = value }
    let bounded = comparisons.indices.filter { comparisons[$0].equivalence != nil }
    let bounds = Self.adjusted(bounded.map { comparisons[$0].equivalence?.pValue })
    for (index, value) in zip(bounded, bounds) {
      comparisons[index].equivalence?.adjustedPValue = value
    }
    for (index, entry) in comparisons.enumerated() where entry.isPrimary {
      comparisons[index].outcome = entry.primaryOutcome
    }
  }

  /// The adjusted p-values of a set. What was not measured counts in the set, because it was named before the
  /// experiment.
  private static func adjusted(_ values: [Double?]) -> [Double?] {
    zip(values, adjustedByHolm(values.map { $0 ?? 1 })).map { $0 == nil ? nil : $1 }
  }
}

extension Results.Analysis.Entry {
  /// The outcome by the adjusted p-values. A difference that is found and is within the bound, too, is a
  /// difference.
  fileprivate var primaryOutcome: Outcome {
    if let mean, let adjustedPValue, adjustedPValue < Results.Analysis.level {
      return mean > 0 ? .holds : .doesNotHold
    }
    return isEquivalent ? .equivalent : .notResolved
  }
}
