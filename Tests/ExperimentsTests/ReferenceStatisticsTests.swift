import Foundation
import Testing

@testable import Experiments

/// Statistics, compared with the numbers of SciPy and statsmodels in `Fixtures/statistics.json`, which
/// `Fixtures/make_statistics.py` writes.
@Suite struct ReferenceStatisticsTests {
  struct Reference: Decodable {
    struct Tail: Decodable { var degrees: Int, t, beyond: Double }
    struct Noncentral: Decodable {
      var degrees: Int, noncentrality, t, cumulative, upperTail: Double
    }
    struct Design: Decodable {
      var pairs: Int, level, guess, powerAtGuess, power, effect: Double
    }
    struct Sample: Decodable {
      var values, baseline: [Double], bound, pValue, equivalence, lower, upper: Double
    }
    struct Family: Decodable { var pValues, adjusted: [Double] }

    var tails: [Tail], noncentral: [Noncentral], designs: [Design], samples: [Sample]
    var sets: [Family]
  }

  let reference: Reference

  init() throws {
    let path = Bundle.module.bundlePath + "/Fixtures/statistics.json"
    reference = try JSONDecoder().decode(
      Reference.self, from: Data(contentsOf: URL(filePath: path)))
  }

  @Test func tailsOfStudentT() {
    #expect(reference.tails.count == 56)
    for entry in reference.tails {
      let distribution = StudentT(degreesOfFreedom: entry.degrees)
      #expect(distribution.beyond(entry.t).isNear(entry.beyond, relative: 1e-11), "\(entry)")
      #expect(distribution.beyond(-entry.t) == distribution.beyond(entry.t))
      #expect(distribution.upperTail(entry.t).isNear(entry.beyond / 2, relative: 1e-11))
      #expect(abs(distribution.upperTail(-entry.t) - (1 - entry.beyond / 2)) < 1e-14)
    }
  }

  @Test func noncentralT() {
    #expect(reference.noncentral.count == 160)
    for entry in reference.noncentral {
      let distribution = NoncentralT(
        degreesOfFreedom: entry.degrees, noncentrality: entry.noncentrality)
      #expect(abs(distribution.cumulative(entry.t) - entry.cumulative) < 1e-13, "\(entry)")
      #expect(abs(distribution.upperTail(entry.t) - entry.upperTail) < 1e-13, "\(entry)")
    }
  }

  @Test func powerAndTheSmallestEffect() {
    #expect(reference.designs.count == 42)
    for entry in reference.designs {
      let test = PairedTest(pairs: entry.pairs, level: entry.level)
      #expect(abs(test.power(of: entry.guess) - entry.powerAtGuess) < 1e-9, "\(entry)")
      let effect = test.smallestEffect(power: entry.power)
      #expect(effect.isNear(entry.effect, relative: 1e-8), "\(entry)")
      #expect(abs(test.power(of: effect) - entry.power) < 1e-9, "\(entry)")
    }
  }

  @Test func pairedTests() throws {
    #expect(reference.samples.count == 24)
    for entry in reference.samples {
      let difference = PairedDifference(of: entry.values, from: entry.baseline)
      #expect(try #require(difference.pValue).isNear(entry.pValue, relative: 1e-9), "\(entry)")
      let equivalence = try #require(difference.pValueOfEquivalence(within: entry.bound))
      #expect(equivalence.isNear(entry.equivalence, relative: 1e-9), "\(entry)")
      let interval = try #require(difference.interval())
      #expect(abs(interval.lower - entry.lower) < 1e-11, "\(entry)")
      #expect(abs(interval.upper - entry.upper) < 1e-11, "\(entry)")
    }
  }

  @Test func holm() {
    #expect(reference.sets.count == 8)
    for entry in reference.sets {
      for (own, expected) in zip(adjustedByHolm(entry.pValues), entry.adjusted) {
        #expect(own.isNear(expected, relative: 1e-14), "\(entry)")
      }
    }
    #expect(adjustedByHolm([]).isEmpty)
  }
}

/// What is no sample of a normal distribution has p-values nevertheless, or none.
@Suite struct DegenerateStatisticsTests {
  @Test func oneDifferenceHasNoTest() {
    let difference = PairedDifference(of: [0.9], from: [0.8])
    #expect(difference.pValue == nil && difference.standardDeviation == nil)
    #expect(difference.pValueOfEquivalence(within: 0.01) == nil)
  }

  @Test(arguments: [
    ([0.5, 0.5], 1.0, 0.0), ([0.75, 0.75], 0, 1), ([0.25, 0.25], 0, 1), ([0.625, 0.625], 0, 0.5),
  ])
  func equalDifferencesAreALimit(_ values: [Double], _ pValue: Double, _ equivalence: Double) {
    let difference = PairedDifference(of: values, from: [0.5, 0.5])
    #expect(difference.standardDeviation == 0)
    #expect(difference.pValue == pValue)
    #expect(difference.pValueOfEquivalence(within: 0.125) == equivalence)
  }

  @Test func twoSeedsFindOnlyWhatIsVeryLarge() {
    let effect = PairedTest(pairs: 2, level: 0.05 / 13).smallestEffect(power: 0.8)
    #expect(effect > 100 && effect.isFinite)
    #expect(PairedTest(pairs: 2, level: 1e-9).smallestEffect(power: 0.999).isFinite)
  }

  @Test func noEffectIsFoundAtTheLevel() {
    for pairs in [2, 5, 20, 1000, 100_000] {
      let test = PairedTest(pairs: pairs, level: 0.05)
      #expect(abs(test.power(of: 0) - 0.05) < 1e-12, "\(pairs)")
    }
  }
}
