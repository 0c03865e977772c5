import Foundation
import Tensors

/// The noncentral t distribution with a whole number of degrees of freedom ν and the noncentrality λ, that of
///
///     T = (Z + λ) / S
///
/// with a standard normal Z, and S² a χ² variable of ν degrees of freedom, divided by ν. The t statistic of
/// n differences with mean μ and standard deviation σ has it with ν = n − 1 and λ = μ√n / σ.
///
/// T > t if Z > tS − λ. With u = log S, whose density is proportional to w(u), that is
///
///     P(T > t) = ∫ Φ(λ − t·eᵘ) w(u) du / ∫ w(u) du,   w(u) = exp(ν·(u − (e²ᵘ − 1)/2))
///
/// Both integrands are smooth and vanish quickly on both sides, so sums over equal steps converge
/// exponentially.
package struct NoncentralT: Sendable {
  package let degreesOfFreedom: Int
  package let noncentrality: Double

  /// The distribution with this many degrees of freedom and this noncentrality.
  ///
  /// - Precondition: There is at least one degree of freedom.
  package init(degreesOfFreedom: Int, noncentrality: Double) {
    require(degreesOfFreedom >= 1, "[noncentral t] \(degreesOfFreedom) degrees of freedom")
    (self.degreesOfFreedom, self.noncentrality) = (degreesOfFreedom, noncentrality)
  }

  /// The probability of a value below `t`.
  package func cumulative(_ t: Double) -> Double {
    mean { u in normal(t * exp(u) - noncentrality) }
  }

  /// The probability of a value above `t`.
  package func upperTail(_ t: Double) -> Double {
    mean { u in normal(noncentrality - t * exp(u)) }
  }

  /// ∫ f(u) w(u) du / ∫ w(u) du, by halving steps until the quotient stays the same.
  private func mean(_ f: (Double) -> Double) -> Double {
    let ν = Double(degreesOfFreedom)
    // Outside, w < e⁻⁴⁰: its exponent is less than ν(u + 1/2), than −νu²/3 for −1 < u < 0, and than −νu² for
    // u > 0.
    let low = ν < 120 ? -40 / ν - 0.5 : -(120 / ν).squareRoot()
    let width = (40 / ν).squareRoot() - low
    var (sum, weights) = (0.0, 0.0)
    func add(_ u: Double) {
      let w = exp(ν * (u - expm1(2 * u) / 2))
      weights += w
      sum += w * f(u)
    }
    var count = 64
    for step in 0...count { add(low + width * Double(step) / Double(count)) }
    var last = sum / weights
    while count < 1 << 20 {
      for step in 0..<count { add(low + width * (Double(step) + 0.5) / Double(count)) }
      count *= 2
      let next = sum / weights
      if abs(next - last) < 1e-14 { return next }
      last = next
    }
    return last
  }

  /// Φ(z), the probability that a standard normal variable is below z.
  private func normal(_ z: Double) -> Double { erfc(-z / 2.0.squareRoot()) / 2 }
}
