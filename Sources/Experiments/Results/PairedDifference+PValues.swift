extension PairedDifference {
  /// The standard deviation of the differences; `nil` for fewer than two pairs.
  package var standardDeviation: Double? { standardError.map { $0 * Double(count).squareRoot() } }

  /// The p-value of the two-sided paired t-test that the true mean difference is 0. It is `nil` for fewer than
  /// two pairs. If all differences are equal, it is 0, or 1 if they are 0, which are the limits for a deviation
  /// that goes to 0.
  package var pValue: Double? {
    standardError.map { distribution.beyond(Self.quotient(mean, $0)) }
  }

  /// The p-value of the two one-sided tests (TOST; Schuirmann, 1987) that the true mean difference is −δ or
  /// less, and that it is δ or more. It is the greater of the two, that of the bound nearer to d̄:
  ///
  ///     p = P(T > (δ − |d̄|) / SE)
  ///
  /// If it is small, the difference is within ±δ. It is `nil` for fewer than two pairs.
  package func pValueOfEquivalence(within bound: Double) -> Double? {
    standardError.map { distribution.upperTail(Self.quotient(bound - abs(mean), $0)) }
  }

  /// Whether the mean and its standard error, if there is one, are finite.
  package var isFinite: Bool { mean.isFinite && (standardError ?? 0).isFinite }

  private var distribution: StudentT { StudentT(degreesOfFreedom: count - 1) }

  /// The quotient, which is 0 for 0 / 0.
  private static func quotient(_ value: Double, _ error: Double) -> Double {
    value == 0 ? 0 : value / error
  }
}
