import Experiments
import Testing

@Suite struct StatisticsTests {
  // The expected values are from Python's statistics.mean and statistics.stdev.
  let values = [0.8460, 0.8475, 0.8442, 0.8466, 0.8451]
  let baseline = [0.8391, 0.8420, 0.8405, 0.8398, 0.8399]

  @Test func meanAndSampleStandardDeviation() {
    let summary = Summary(values)
    #expect(summary.count == 5)
    #expect(summary.mean.isNear(0.84588))
    #expect(summary.standardDeviation?.isNear(0.00128335497817248) == true)
  }

  @Test func meanFarFromZero() {
    let summary = Summary(values.map { $0 + 1_000_000 })
    #expect(summary.mean.isNear(1_000_000.84588))
    #expect(summary.standardDeviation?.isNear(0.00128335497817248, relative: 1e-6) == true)
  }

  @Test func oneValueHasNoDeviation() {
    #expect(Summary([0.5]).mean == 0.5)
    #expect(Summary([0.5]).standardDeviation == nil)
    #expect(Summary([]).mean.isNaN)
    #expect(Summary([]).standardDeviation == nil)
  }

  @Test func pairedDifference() throws {
    let difference = PairedDifference(of: values, from: baseline)
    #expect(difference.count == 5)
    #expect(difference.mean.isNear(0.00562))
    #expect(difference.standardError?.isNear(0.0005877074101966215) == true)
    let interval = try #require(difference.interval())  // t(0.975, 4) = 2.7764451051977934
    #expect(interval.lower.isNear(0.00562 - 2.7764451051977934 * 0.0005877074101966215))
    #expect(interval.upper.isNear(0.00562 + 2.7764451051977934 * 0.0005877074101966215))
  }

  @Test func onePairHasNoStandardError() {
    let difference = PairedDifference(of: [0.9], from: [0.8])
    #expect(difference.mean.isNear(0.1))
    #expect(difference.standardError == nil)
    #expect(difference.interval() == nil)
  }

  @Test func valuesThatAreNotFiniteDoNotTrap() {
    let difference = PairedDifference(of: [.nan, 0.5], from: [0.5, 0.5])
    #expect(difference.mean.isNaN)
    #expect(difference.interval()?.lower.isNaN == true)
    #expect(PairedDifference(of: [.infinity, 0.5], from: [0.5, 0.5]).mean == .infinity)
  }
}

@Suite struct StudentTTests {
  // The expected values are from scipy.stats.t.ppf.
  static let quantiles: [(Int, Double, Double)] = [
    (1, 0.6, 0.32491969623290634), (1, 0.975, 12.706204736174694),
    (1, 0.9995, 636.6192487687897), (2, 0.6, 0.2886751345948128),
    (2, 0.975, 4.302652729749462), (3, 0.9, 1.637744353696209),
    (3, 0.975, 3.1824463052837078), (4, 0.975, 2.7764451051977934),
    (4, 0.9995, 8.610301581379522), (5, 0.975, 2.5705818356363146),
    (9, 0.975, 2.262157162798205), (30, 0.9, 1.3104150253913955),
    (30, 0.975, 2.0422724563012378), (101, 0.975, 1.983731002955606),
    (101, 0.9995, 3.3894748840473063),
  ]

  @Test(arguments: quantiles)
  func quantile(ν: Int, probability: Double, expected: Double) {
    let distribution = StudentT(degreesOfFreedom: ν)
    #expect(distribution.quantile(probability).isNear(expected, relative: 1e-11))
    #expect(distribution.quantile(1 - probability).isNear(-expected, relative: 1e-10))
    #expect(distribution.cumulative(expected).isNear(probability))
  }

  @Test func medianIsZero() {
    #expect(abs(StudentT(degreesOfFreedom: 4).quantile(0.5)) < 1e-300)
  }
}

extension Double {
  func isNear(_ expected: Double, relative: Double = 1e-12) -> Bool {
    abs(self - expected) <= relative * abs(expected)
  }
}
