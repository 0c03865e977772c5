import Tensors

/// The two-sided t-test of paired differences as it is designed: how many pairs there are, and the level at
/// which it is made.
package struct PairedTest: Equatable, Sendable {
  package let pairs: Int
  package let level: Double

  /// The test of this many pairs at a level, for example 0.05.
  ///
  /// - Precondition: There are two pairs at least, and the level is between 0 and 1.
  package init(pairs: Int, level: Double) {
    require(
      pairs >= 2 && level > 0 && level < 1, "[paired test] \(pairs) pairs at level \(level)")
    (self.pairs, self.level) = (pairs, level)
  }

  /// The probability that the test finds a true mean difference, given in standard deviations of the
  /// differences.
  package func power(of effect: Double) -> Double {
    let t = StudentT(degreesOfFreedom: pairs - 1).quantile(1 - level / 2)
    let distribution = NoncentralT(
      degreesOfFreedom: pairs - 1, noncentrality: effect * Double(pairs).squareRoot())
    return distribution.upperTail(t) + distribution.cumulative(-t)
  }

  /// The smallest true mean difference that the test finds with this power, in standard deviations of the
  /// differences.
  ///
  /// - Precondition: The power is above the level and below 1.
  package func smallestEffect(power: Double) -> Double {
    require(power > level && power < 1, "[paired test] power \(power) at level \(level)")
    var (low, high) = (0.0, 1.0)  // The power grows with the effect.
    while self.power(of: high) < power { (low, high) = (high, 2 * high) }
    while high - low > 1e-12 * high {
      let middle = low + (high - low) / 2
      if self.power(of: middle) < power { low = middle } else { high = middle }
    }
    return high
  }
}
