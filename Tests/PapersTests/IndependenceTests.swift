import Kindred
import TestSupport
import Testing

/// Features that are independent of one another: n = 64, with 512 or 2048 features.
@Suite struct IndependenceTests {
  /// The biased estimates see dependence although there is none; the unbiased ones do not.
  @Test(arguments: [
    ("cka", 1 - 0.93, 0.01), ("cka(unbiased: true)", 1.0, 0.05), ("dcor", 1 - 0.99, 0.003),
    ("dcor(unbiased: true)", 1.0, 0.05),
  ])
  func theUnbiasedEstimatesAreNearZero(_ formula: String, _ expected: Double, _ range: Double)
    throws
  {
    for seed in [UInt64(1), 2] {
      let value = try Registry.linked.loss(formula).evaluate(
        student: ["embedding": noise([64, 512], seed: seed)],
        teacher: ["embedding": noise([64, 2048], seed: seed + 10)]
      ).value
      #expect(abs(value - expected) < range, "\(value)")
    }
  }

  /// By either estimate, equal features are as alike as can be.
  @Test(arguments: ["cka(unbiased: true)", "dcor(unbiased: true)"])
  func equalFeaturesAreAlike(_ formula: String) throws {
    let x = noise([8, 16], seed: 1)
    let result = try Registry.linked.loss(formula)
      .evaluate(student: ["embedding": 3 * x + 100], teacher: ["embedding": x])
    #expect(abs(result.value) < 1e-5, "\(result.value)")
  }

  /// With fewer than four examples there is nothing to estimate, and the gradient is 0.
  @Test(arguments: ["cka(unbiased: true)", "dcor(unbiased: true)"], [1, 2, 3])
  func fewExamplesHaveNoLoss(_ formula: String, _ n: Int) throws {
    let result = try Registry.linked.loss(formula).evaluate(
      student: ["embedding": noise([n, 5], seed: 1)],
      teacher: ["embedding": noise([n, 7], seed: 2)])
    #expect(result.value == 0)
    #expect(try result.gradients["embedding"].scalars.allSatisfy { $0 == 0 })
  }
}
