import Kindred
import TestSupport
import Testing

/// Whatever is composed, the answer is a finite loss or an error: never a trap, never NaN.
@Suite struct CompositionTests {
  static let shapes: [(student: [Int], teacher: [Int])] = [
    ([4, 3], [4, 3]), ([4, 3], [4, 5]), ([3, 3], [3, 3]), ([1, 3], [1, 3]), ([2, 3], [2, 4]),
    ([4, 2, 2, 2], [4, 3, 2, 2]), ([4, 0], [4, 0]), ([0, 3], [0, 3]), ([4], [4]), ([], []),
    ([4, 3], [5, 3]), ([2, 3, 2], [2, 3, 2]), ([2, 0, 2, 2], [2, 1, 2, 2]),
  ]

  static let relations = Registry.linked.relations.keys.sorted()
  static let matchers = Registry.linked.matchers.keys.sorted()

  @Test(arguments: relations)
  func everyRelationAndPairOfThem(_ first: String) {
    for relation in [first] + Self.relations.map({ "\(first).\($0)" }) {
      for matcher in Self.matchers {
        evaluate("match(embedding, by: \(relation), with: \(matcher))")
      }
    }
  }

  @Test func everyTerm() {
    for term in Registry.linked.terms.keys.sorted() { evaluate(term) }
  }

  private func evaluate(_ formula: String) {
    for (index, (student, teacher)) in Self.shapes.enumerated() {
      var outputs: Outputs = [
        "embedding": noise(student, seed: 1), "logits": noise(student, seed: 2),
      ]
      outputs.labels = (0..<(student.first ?? 0)).map { _ in 0 }
      do {
        let loss = try Registry.linked.loss(formula)
        let result = try loss.evaluate(
          student: outputs,
          teacher: ["embedding": noise(teacher, seed: 3), "logits": noise(teacher, seed: 4)])
        #expect(result.value.isFinite, "\(formula) on shape \(index)")
        for gradient in result.gradients.tensors.values {
          #expect(gradient.firstNonFiniteIndex == nil, "\(formula) on shape \(index)")
        }
      } catch {
        #expect(error is DistillationError, "\(formula) on shape \(index): \(error)")
      }
    }
  }

  @Test(
    arguments: [
      "rkd.distance", "rkd.angle", "kd", "logits", "pkt", "cka", "dcor", "darkrank", "mlld",
    ])
  func notANumberIsNotHidden(_ term: String) throws {
    var scalars = noise([6, 4], seed: 1).scalars
    scalars[7] = .nan
    let x = Tensor(scalars, shape: [6, 4])
    let y = noise([6, 4], seed: 2)
    let result = try Registry.linked.loss(term).evaluate(
      student: ["logits": x, "embedding": x], teacher: ["logits": y, "embedding": y])
    #expect(!result.value.isFinite)
  }
}
