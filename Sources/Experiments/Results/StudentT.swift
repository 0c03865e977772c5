import Foundation
import Tensors

/// Student's t distribution with a whole number of degrees of freedom ν.
///
/// With θ = atan(t/√ν), the probability that |T| < t is a finite sum (Abramowitz and Stegun,
/// Handbook of Mathematical Functions, 26.7.3 and 26.7.4):
///
///     ν odd:   A = 2/π · (θ + sin θ · (cos θ + 2/3 cos³ θ + … + (2·4⋯(ν−3))/(3·5⋯(ν−2)) cos^(ν−2) θ))
///     ν even:  A = sin θ · (1 + 1/2 cos² θ + … + (1·3⋯(ν−3))/(2·4⋯(ν−2)) cos^(ν−2) θ)
///
/// Without an end, the sums would be (π/2 − θ) / sin θ and 1 / sin θ, and A would be 1. So the terms that are
/// left out give 1 − A, without cancellation however small it is.
package struct StudentT: Sendable {
  package let degreesOfFreedom: Int

  /// The distribution with this many degrees of freedom.
  ///
  /// - Precondition: There is at least one degree of freedom.
  package init(degreesOfFreedom: Int) {
    require(degreesOfFreedom >= 1, "[student t] \(degreesOfFreedom) degrees of freedom")
    self.degreesOfFreedom = degreesOfFreedom
  }

  /// The probability of a value below `t`.
  package func cumulative(_ t: Double) -> Double {
    0.5 + central(atan(t / Double(degreesOfFreedom).squareRoot())) / 2
  }

  /// The probability of a value above `t`.
  package func upperTail(_ t: Double) -> Double {
    t > 0 ? beyond(t) / 2 : 1 - beyond(t) / 2
  }

  /// The probability of a value beyond ±`t`, which is the p-value of a two-sided test.
  package func beyond(_ t: Double) -> Double {
    let ν = degreesOfFreedom
    let x = abs(t) / Double(ν).squareRoot()
    guard abs(t) > 1 else { return 1 - central(atan(x)) }
    let (sine, cosine) = (x.isFinite ? x / hypot(1, x) : 1, 1 / hypot(1, x))
    let isOdd = ν % 2 == 1
    var term = isOdd ? cosine : 1
    for k in stride(from: isOdd ? 3 : 2, through: ν, by: 2) {
      term *= Double(k - 1) / Double(k) * cosine * cosine
    }
    var sum = 0.0
    var k = ν
    while sum + term > sum {
      sum += term
      k += 2
      term *= Double(k - 1) / Double(k) * cosine * cosine
    }
    return (isOdd ? 2 / .pi : 1) * sine * sum
  }

  /// The t below which a value lies with the given probability.
  ///
  /// - Precondition: 0 < probability < 1.
  package func quantile(_ probability: Double) -> Double {
    require(
      probability > 0 && probability < 1, "[student t] a quantile at probability \(probability)")
    let within = 2 * probability - 1
    var (low, high) = (-Double.pi / 2, Double.pi / 2)
    while true {  // A grows with θ: halve until no number is left between the bounds.
      let middle = low + (high - low) / 2
      guard middle > low, middle < high else { break }
      if central(middle) < within { low = middle } else { high = middle }
    }
    return tan(high) * Double(degreesOfFreedom).squareRoot()
  }

  /// A(θ), an odd function.
  private func central(_ θ: Double) -> Double {
    let ν = degreesOfFreedom
    let isOdd = ν % 2 == 1
    var term = isOdd ? cos(θ) : 1
    var sum = ν == 1 ? 0 : term
    for k in stride(from: isOdd ? 3 : 2, through: ν - 2, by: 2) {
      term *= Double(k - 1) / Double(k) * cos(θ) * cos(θ)
      sum += term
    }
    return isOdd ? 2 / .pi * (θ + sin(θ) * sum) : sin(θ) * sum
  }
}
