import Kindred
import TestSupport
import Testing

/// An example of weight 0 is as if it were not there.
@Suite struct ExampleWeightsTests {
  private static let student: Outputs = [
    "logits": noise([5, 4], seed: 1), "embedding": noise([5, 3], seed: 2),
  ]
  private static let teacher: Outputs = [
    "logits": noise([5, 4], seed: 3), "embedding": noise([5, 6], seed: 4),
  ]
  private static let labels = [0, 3, 2, 1, 0]

  private func outputs(
    _ outputs: Outputs, rows: [Int], weights: [Float]? = nil, labels: [Int]? = nil
  ) -> Outputs {
    var outputs = Outputs(
      outputs.tensors.mapValues { $0.rows(rows) }, labels: labels)
    outputs.tensors["weights"] = weights.map { Tensor($0) }
    return outputs
  }

  @Test(arguments: [
    "ce + kd", "rkd", "sp(layer: embedding) + pkt", "cckd", "dist", "irg.edge(layer: embedding)",
    "gradientNorm(ce, kd, rkd.distance)", "match(embedding, by: gram, with: huber(tuples: 4))",
  ])
  func theLossIsThatOfTheOtherExamples(_ formula: String) throws {
    let loss = try Registry.linked.loss(formula)
    let kept = [0, 2, 3]
    let expected = try loss.evaluate(
      student: outputs(Self.student, rows: kept, labels: kept.map { Self.labels[$0] }),
      teacher: outputs(Self.teacher, rows: kept), at: Moment())
    var student = outputs(
      Self.student, rows: [0, 1, 2, 3, 4], weights: [1, 0, 1, 1, 0], labels: Self.labels)
    // What is absent may be anything.
    student.labels?[1] = -7
    student.tensors["logits"] = try Tensor(
      student["logits"].scalars.enumerated().map { $0 / 4 == 1 ? .nan : $1 }, shape: [5, 4])
    let found = try loss.evaluate(student: student, teacher: Self.teacher, at: Moment())
    #expect(found.value == expected.value && expected.value > 0)
    #expect(found.terms == expected.terms)
    #expect(found.gradients.tensors.keys.sorted() == ["embedding", "logits"])
    for (name, gradient) in expected.gradients.tensors {
      let all = try found.gradients[name]
      #expect(all.rows(kept).scalars == gradient.scalars, "\(name)")
      #expect(all.rows([1, 4]).scalars.allSatisfy { $0 == 0 }, "\(name)")
    }
  }

  @Test func withoutAnExampleALossIsZero() throws {
    let loss = try Registry.linked.loss("0.5*kd + rkd + ramp(ce)")
    let student = outputs(
      Self.student, rows: [0, 1, 2, 3, 4], weights: [0, 0, 0, 0, 0], labels: Self.labels)
    let result = try loss.evaluate(student: student, teacher: Self.teacher, at: Moment())
    #expect(result.value == 0)
    #expect(result.terms.map { $0.value } == [0, 0, 0, nil])
    #expect(result.terms.map { $0.weight } == [0.5, 1, 2, 0])
    #expect(result.gradients.tensors.values.allSatisfy { $0.scalars.allSatisfy { $0 == 0 } })
  }

  @Test func allWeightsOfOneChangeNothing() throws {
    let loss = try Registry.linked.loss("kd + rkd")
    let plain = try loss.evaluate(student: Self.student, teacher: Self.teacher)
    let student = outputs(Self.student, rows: [0, 1, 2, 3, 4], weights: [1, 1, 1, 1, 1])
    let weighted = try loss.evaluate(student: student, teacher: Self.teacher)
    #expect(weighted.value == plain.value)
    #expect(weighted.gradients.tensors.count == 2)
  }

  @Test(arguments: [
    (
      Tensor([1, 0, 0.5, 1, 1]),
      "'weights' takes a 0 or a 1 for each example, of shape [N], but has 0.5 at [2]"
    ),
    (
      Tensor([1, 0, 1, 1, 1], shape: [5, 1]),
      "'weights' takes a 0 or a 1 for each example, of shape [N], but has shape [5, 1]"
    ),
    (Tensor([1, 0, 1]), "the student's 'logits' has 5 examples, but 'weights' has 3"),
  ])
  func otherWeightsAreRefused(_ weights: Tensor, _ message: String) throws {
    var student = Self.student
    student.tensors["weights"] = weights
    let error = #expect(throws: DistillationError.self) {
      try LossGraph(KD()).evaluate(student: student, teacher: Self.teacher)
    }
    #expect(error?.description == message)
  }
}
