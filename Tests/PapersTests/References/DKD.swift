import Foundation
import Kindred
import TestSupport
import Testing

@Suite struct DKDTests {
  static let references = [
    ("dkd", 1.0, 8.0, 4.0), ("dkd(temperature: 1, beta: 2)", 1, 2, 1),
    ("dkd(alpha: 0.5, beta: 0, temperature: 0.5)", 0.5, 0, 0.5), ("dkd.target", 1, 0, 4),
    ("dkd.nontarget(temperature: 2)", 0, 1, 2),
  ].flatMap { formula, α, β, τ in
    [([1, 3], [2]), ([4, 5], [1, 0, 4, 1]), ([3, 4], [3, -100, 0])].map { shape, labels in
      Reference(formula, on: "logits", shape, shape, in: -3...3, labels: labels) { s, t in
        mean(
          labels.indices.filter { labels[$0] >= 0 }.map { i in
            let (b, q) = decoupled(t.row(i), labels[i], τ)
            let (bˢ, qˢ) = decoupled(s.row(i), labels[i], τ)
            return τ * τ * (α * divergence(b, from: bˢ) + β * divergence(q, from: qˢ))
          })
      }
    }
  }

  /// The probabilities of the label and of all other classes together, and those among the others.
  private static func decoupled(
    _ z: [Double], _ label: Int, _ τ: Double
  ) -> (b: [Double], q: [Double]) {
    let p = softmax(z, τ)
    let others = p.indices.filter { $0 != label }.map { p[$0] }
    return ([p[label], sum(others)], others.map { $0 / sum(others) })
  }

  @Test(arguments: references) func isTheReference(_ reference: Reference) throws {
    try reference.expect()
  }

  private func evaluate(
    _ formula: String, _ student: Tensor, _ teacher: Tensor, _ labels: [Int]
  ) throws -> (value: Double, gradient: [Float]) {
    let result = try Registry.linked.loss(formula).evaluate(
      student: Outputs(["logits": student], labels: labels), teacher: ["logits": teacher])
    return (result.value, try result.gradients["logits"].scalars)
  }

  /// With the weights 1 and 1 − p_y of the teacher, it is the divergence of all classes.
  @Test func theTwoPartsAreKD() throws {
    let (s, t) = (noise([1, 6], in: -3...3, seed: 1), noise([1, 6], in: -3...3, seed: 2))
    let rest = 1 - Double(t.softmax(temperature: 4).scalars[2])
    let kd = try evaluate("kd", s, t, [2])
    let dkd = try evaluate("dkd(beta: \(rest))", s, t, [2])
    #expect(abs(dkd.value - kd.value) <= 1e-5 * kd.value)
    expectClose(dkd.gradient, kd.gradient.map { Double($0) }, 1e-5, "gradient")
  }

  /// With two classes nothing is left beside the label.
  @Test func twoClassesHaveNoOthers() throws {
    let (s, t) = (noise([5, 2], seed: 1), noise([5, 2], seed: 2))
    let (value, gradient) = try evaluate("dkd.nontarget", s, t, [0, 1, 1, 0, 1])
    #expect(value == 0 && gradient.allSatisfy { $0 == 0 })
    let kd = try evaluate("kd", s, t, [0, 1, 1, 0, 1])
    let dkd = try evaluate("dkd", s, t, [0, 1, 1, 0, 1])
    #expect(abs(dkd.value - kd.value) <= 1e-5 * kd.value)
  }

  /// However sure the networks are, the loss is a number: T · (z_y − rest) for a student that is sure.
  @Test func sureNetworksStayFinite() throws {
    let even = Tensor([0, 0, 0], shape: [1, 3])
    for size in [600, 1e4, 1e6] as [Float] {
      let sure = Tensor([size, 0, 0], shape: [1, 3])
      let (value, gradient) = try evaluate("dkd.target", sure, even, [0])
      // KL(b ‖ bˢ) → 2/3 · size/T + log(1/3)/3 + 2/3 log(2/3) − 2/3 log 2, times T².
      let limit = 16 * (2.0 / 3 * Double(size) / 4 - log(3) / 3 + 2.0 / 3 * (log(2.0 / 3) - log(2)))
      #expect(abs(value - limit) <= 1e-6 * limit, "\(value), not \(limit)")
      // T (b − bᵗ) at the label, and the rest shared out.
      expectClose(gradient, [8.0 / 3, -4.0 / 3, -4.0 / 3], 1e-6, "gradient")
      for teacher in [sure, Tensor(-1.0) * sure, even] {
        let (value, gradient) = try evaluate("dkd", Tensor(-1.0) * sure, teacher, [0])
        #expect(value.isFinite && gradient.allSatisfy { $0.isFinite })
      }
    }
  }

  @Test(arguments: [
    (
      [0, 3], 3,
      "dkd.target: label 3 of example 1 is not one of the classes 0..<3"
    ),
    ([-1, 0], 3, "dkd.target: label -1 of example 0 is not one of the classes 0..<3"),
    ([-100, 7], 3, "dkd.target: label 7 of example 1 is not one of the classes 0..<3"),
    (
      [0, 0], 1,
      """
      dkd.target: labelAgainstRest(temperature: 4) takes logits N×C of two classes or more, but the \
      student's value has shape [2, 1]
      """
    ),
  ])
  func whatIsNoLabelIsAnError(_ labels: [Int], _ classes: Int, _ message: String) throws {
    let (s, t) = (noise([2, classes], seed: 1), noise([2, classes], seed: 2))
    let error = #expect(throws: DistillationError.self) { try evaluate("dkd", s, t, labels) }
    #expect(error?.description == message)
  }

  @Test func needsLabels() throws {
    let error = #expect(throws: DistillationError.self) {
      let logits = noise([2, 3], seed: 1)
      return try Registry.linked.loss("dkd").evaluate(
        student: ["logits": logits], teacher: ["logits": logits])
    }
    #expect(
      error?.description == """
        dkd.target: 'labelAgainstRest(temperature: 4)' needs labels, and there are none: give them, \
        Outputs([…], labels: …)
        """)
  }
}
