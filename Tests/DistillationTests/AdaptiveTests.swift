import Foundation
import Kindred
import TestSupport
import Testing

@Suite struct AdaptiveTests {
  let student: Outputs = [
    "stage1": noise([5, 3], seed: 1), "stage2": noise([5, 4], seed: 2),
    "stage3": noise([5, 2], seed: 3),
  ]
  let teacher: Outputs = [
    "stage1": noise([5, 2], seed: 4), "stage2": noise([5, 6], seed: 5),
    "stage3": noise([5, 2], seed: 6),
  ]
  static let terms = [1, 2, 3].map {
    "match(stage\($0), by: gram.rowNormalized, with: meanSquare)"
  }

  /// L = Σ wₗ ℓₗ with w = softmax(ℓ / (τ ℓ̄)), and its gradient is Σ wₗ ∇ℓₗ.
  @Test(arguments: [0.1, 1, 5])
  func weighsByHowFarEachIsBehind(τ: Double) throws {
    let single = try Self.terms.map {
      try Registry.linked.loss($0).evaluate(student: student, teacher: teacher)
    }
    let ℓ = single.map { $0.value }
    let mean = ℓ.reduce(0, +) / 3
    let exponentials = ℓ.map { exp($0 / (τ * mean)) }
    let w = exponentials.map { $0 / exponentials.reduce(0, +) }
    let loss = try Registry.linked.loss(
      "2*adaptive(\(Self.terms.joined(separator: ", ")), temperature: \(τ))")
    let result = try loss.evaluate(student: student, teacher: teacher)
    let expected = zip(w, ℓ).map { $0 * $1 }.reduce(0, +)
    #expect(result.terms.map { $0.name } == ["adaptive"])
    #expect(abs(result.value - 2 * expected) < 1e-5 * expected)
    for (l, stage) in ["stage1", "stage2", "stage3"].enumerated() {
      let gradient = try single[l].gradients[stage].scalars.map { 2 * w[l] * Double($0) }
      expectClose(try result.gradients[stage].scalars, gradient, 1e-5, stage)
    }
  }

  /// The sum is never below the mean of the terms, so it is 0 only if each of them is.
  @Test func isNoLessThanTheMean() throws {
    for seed in 0..<20 as Range<UInt64> {
      let student = student.tensors.mapValues { $0 + noise($0.shape, seed: 10 + seed) }
      let parts = try Self.terms.map {
        try Registry.linked.loss($0).evaluate(student: Outputs(student), teacher: teacher).value
      }
      let value = try Registry.linked.loss("adaptive(\(Self.terms.joined(separator: ", ")))")
        .evaluate(student: Outputs(student), teacher: teacher).value
      #expect(value >= parts.reduce(0, +) / 3 * (1 - 1e-6))
      #expect(value <= (parts.max() ?? 0) * (1 + 1e-6))
    }
    let none = try Registry.linked.loss("adaptive(\(Self.terms.joined(separator: ", ")))")
      .evaluate(student: teacher, teacher: teacher)
    #expect(none.value == 0)
    #expect(none.gradients.tensors.allSatisfy { $0.value.firstNonFiniteIndex == nil })
  }

  @Test func theBuilderMakesTheSameLoss() throws {
    let typed = try LossGraph(
      Adaptive(temperature: 0.5) {
        match(.output("stage1"), by: .gram.rowNormalized, with: .meanSquare)
        3.0 * match(.output("stage2"), to: .output("stage3"), by: .gram, with: .meanSquare)
      })
    let formula = """
      adaptive(match(stage1, by: gram.rowNormalized, with: meanSquare), \
      3*match(stage2, to: stage3, by: gram, with: meanSquare), temperature: 0.5)
      """
    #expect(typed.formula == formula)
    let (a, b) = (
      try typed.evaluate(student: student, teacher: teacher).value,
      try Registry.linked.loss(formula).evaluate(student: student, teacher: teacher).value
    )
    #expect(a == b && a > 0)
  }

  /// A line has one weight, even if it is a sum; so does an argument.
  @Test func aLineIsAnArgument() throws {
    let formula = "adaptive(rkd.distance + 2*rkd.angle, 2*kd + logits, temperature: 0.5)"
    let lines = try LossGraph {
      Adaptive(temperature: 0.5) {
        RKD()
        2 * KD() + Logits()
      }
    }
    #expect(lines.formula == formula)
    let arguments = try LossGraph(Adaptive(temperature: 0.5, RKD(), 2 * KD() + Logits()))
    #expect(arguments.formula == formula)
    #expect("\(Adaptive(RKD(), KD()))" == "adaptive(rkd.distance + 2*rkd.angle, kd)")
  }
}
