import Kindred
import TestSupport
import Testing

/// Losses, results and outputs print as people write them.
@Suite struct LossDescriptionTests {
  private static let student = Outputs(
    [
      "logits": Tensor([1, 2, 3, 5], shape: [2, 2]),
      "embedding": Tensor([1, 0, 0, 2], shape: [2, 2]),
    ], labels: [1, 0])
  private static let teacher: Outputs = [
    "logits": Tensor([1, 2, 3, 4], shape: [2, 2]),
    "embedding": Tensor([1, 0, 0, 1], shape: [2, 2]),
  ]

  @Test func aResult() throws {
    let loss = try LossGraph {
      2 * Logits()
      -RKD.Distance()
      0.5 * match(.embedding, by: .gram, with: .frobenius)
      Ramp { KD() }
    }
    let result = try loss.evaluate(
      student: Self.student, teacher: Self.teacher, at: Moment(0, of: 2))
    #expect(
      "\(result)" == """
        5 = 2·logits 0.25 − rkd.distance 0 + 0.5·match(embedding, by: gram, with: frobenius) 9 \
        + 0·kd
        """)
    let live = try loss(student: Self.student, teacher: Self.teacher, at: Moment(0, of: 2))
    #expect("\(live)" == "\(result)")
    #expect(
      "\(loss)" == """
        2*logits - rkd.distance + 0.5*match(embedding, by: gram, with: frobenius) + ramp(kd)
        """)
  }

  @Test func numbersHaveFourFigures() throws {
    func text(_ weight: Double) throws -> String {
      "\(try LossGraph(weight * Logits()).evaluate(student: Self.student, teacher: Self.teacher))"
    }
    #expect(try text(1.23456) == "0.3086 = 1.235·logits 0.25")
    #expect(try text(12345.678) == "3086 = 12346·logits 0.25")
    #expect(try text(0.000012345) == "3.086e-06 = 1.235e-05·logits 0.25")
    #expect(try text(4e8) == "1e+08 = 4e+08·logits 0.25")
  }

  @Test func learnedWeightsHaveAPrice() throws {
    let loss = try LossGraph { Uncertainty(Logits(), RKD.Distance()) }
    var state = try loss.initialState(student: Self.student, teacher: Self.teacher, seed: 0)
    state.parameters["uncertainty.logVariances"] = Tensor([2, 1], shape: [2])
    let result = try loss.evaluate(student: Self.student, teacher: Self.teacher, state: state)
    #expect(
      "\(result)" == """
        1.517 = 0.06767·logits 0.25 + 0.1839·rkd.distance 0 + ½Σs 1.5
        """)
  }

  @Test func terms() throws {
    let result = try LossGraph(2 * Logits()).evaluate(student: Self.student, teacher: Self.teacher)
    #expect("\(result.terms[0])" == "2·logits 0.25")
    #expect("\(25 * RKD.Distance() - KD() / 4)" == "25*rkd.distance - 0.25*kd")
    #expect(
      "\(match(.embedding, by: .gram, with: .huber))"
        == "match(embedding, by: gram, with: huber)")
    #expect("\(0.3 as Float * KD())" == "0.3*kd")
  }

  @Test func aBalance() {
    let balance = TermBalance(name: "kd", share: 0.12345, gradientNorm: 2, cosine: -0.5)
    #expect("\(balance)" == "kd: 12.35 % of the value, gradient 2, cosine -0.5")
    #expect("\(TermBalance(name: "kd", gradientNorm: 0))" == "kd: gradient 0")
    #expect("\(TermBalance(name: "kd"))" == "kd: not evaluated")
  }

  /// The reader of formulas reads back what is printed.
  @Test(arguments: [
    "-kd + rkd.distance", "-0.25*kd", "ce - 0.5*ramp(kd) - 2*rkd.angle",
    "ce - 3*uncertainty(kd, rkd.distance - rkd.angle)", "-2*gradientNorm(kd, -rkd.angle) - sp",
    "-adaptive(kd - sp, 0.5*ce)",
  ])
  func signsAreReadBack(_ formula: String) throws {
    let loss = try Registry.linked.loss(formula)
    #expect(loss.formula == formula)
  }

  @Test func outputs() {
    #expect("\(Self.student)" == "embedding 2×2, logits 2×2, labels")
    #expect("\(Outputs([:]))" == "no outputs")
  }
}
