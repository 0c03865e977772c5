import Foundation
import Kindred
import Synchronization
import TestSupport
import Testing

/// These tests run one after the other, because two of them count calls.
@Suite(.serialized) struct LossGraphTests {
  let student: Outputs = [
    "embedding": noise([6, 3], seed: 1), "logits": noise([6, 4], seed: 2),
    "stage1": noise([6, 2, 3, 3], seed: 3),
  ]
  let teacher: Outputs = [
    "embedding": noise([6, 5], seed: 4), "logits": noise([6, 4], seed: 5),
    "stage1": noise([6, 4, 2, 2], seed: 6),
  ]

  /// The call from the README.
  @Test func aLossInThreeLines() throws {
    let loss = try Registry.linked.loss("0.5*logits + 25*rkd.distance")
    let result = try loss.evaluate(student: student, teacher: teacher)
    let embeddingGradient = try result.gradients["embedding"]

    #expect(result.terms.map { $0.name } == ["logits", "rkd.distance"])
    #expect(result.terms.map { $0.weight } == [0.5, 25])
    let values = try result.terms.map { try #require($0.value) }
    #expect(result.value == 0.5 * values[0] + 25 * values[1])
    #expect(embeddingGradient.shape == [6, 3])
    #expect(embeddingGradient.scalars.contains { $0 != 0 })
    #expect(try result.gradients["stage1"].scalars.allSatisfy { $0 == 0 })
  }

  @Test func swiftAndFormulaAreOneLoss() throws {
    var kd = KD()
    kd.temperature = 2
    let typed = try LossGraph(
      0.9 * kd + 3.0 * match(.embedding, by: .gram.rowNormalized, with: .meanSquare))
    let formula = try Registry.linked.loss(
      "0.9*kd(temperature: 2) + 3*match(embedding, by: gram.rowNormalized, with: meanSquare)")
    #expect(typed.formula == formula.formula)
    let (a, b) = (
      try typed.evaluate(student: student, teacher: teacher),
      try formula.evaluate(student: student, teacher: teacher)
    )
    #expect(a.value == b.value)
    #expect(try a.gradients["embedding"].scalars == b.gradients["embedding"].scalars)
  }

  /// A relation that counts how often it is computed.
  struct Counted: Relation {
    static let summary = "Inner products, counted."
    static let calls = Mutex(0)
    func callAsFunction(_ x: Tensor) -> Tensor {
      Self.calls.withLock { $0 += 1 }
      return x.flattened.gram
    }
  }

  @Test func equalRelationsAreComputedOnceANetwork() throws {
    Counted.calls.withLock { $0 = 0 }
    let loss = try LossGraph(
      match(.embedding, by: Counted(), with: .meanSquare)
        + match(.embedding, by: Counted().rowNormalized, with: .meanSquare)
        + 2.0 * match(.embedding, by: Counted().rowNormalized.then(Softmax()), with: .huber()))
    _ = try loss.evaluate(student: student, teacher: teacher)
    #expect(Counted.calls.withLock { $0 } == 2)
  }

  /// Several layers of the student may follow one layer of the teacher: its relation is computed
  /// once.
  @Test func theTeachersLayerMayBeAnother() throws {
    Counted.calls.withLock { $0 = 0 }
    let loss = try LossGraph(
      match(.output("stage1"), to: .embedding, by: Counted(), with: .meanSquare)
        + match(.embedding, by: Counted(), with: .meanSquare))
    let result = try loss.evaluate(student: student, teacher: teacher)
    #expect(Counted.calls.withLock { $0 } == 3)
    #expect(loss.outputs(of: .student) == ["embedding", "stage1"])
    #expect(loss.outputs(of: .teacher) == ["embedding"])

    let (s, t) = (
      try student["stage1"].flattened.gram.scalars, try teacher["embedding"].gram.scalars
    )
    let expected = zip(s, t).map { Double(($0 - $1) * ($0 - $1)) }.reduce(0, +) / 36
    #expect(abs(try #require(result.terms[0].value) - expected) < 1e-5 * expected)
  }

  @Test func aTermOfWeightZeroIsNotEvaluated() throws {
    let loss = try Registry.linked.loss("logits + 0*rkd.distance(layer: nowhere)")
    #expect(
      try loss.evaluate(student: student, teacher: teacher).terms.map { $0.name } == ["logits"])
    #expect(loss.outputs(of: .student) == ["logits"])
  }

  @Test func theTeacherIsAConstant() throws {
    let teacher = teacher.variables
    let loss = try Registry.linked.loss("kd + rkd + logits")(
      student: student.variables, teacher: teacher)
    let found = gradients(
      of: [(loss.total, 1)], withRespectTo: try [teacher["logits"], teacher["embedding"]])
    #expect(found.allSatisfy { $0.scalars.allSatisfy { $0 == 0 } })
  }

  @Test(arguments: [
    (
      "match(nowhere, with: huber)".replacingOccurrences(
        of: "nowhere", with: "output(layer: stage9)"),
      """
      match(stage9, with: huber): the student has no output 'stage9' (did you mean 'stage1'?); \
      choose from 'embedding', 'logits', 'stage1'
      """
    ),
    (
      "match(embedding, with: huber)",
      """
      match(embedding, with: huber): huber compares entry by entry, but the student's value has \
      shape [6, 3] and the teacher's [6, 5]
      """
    ),
    (
      "match(embedding, by: transposed.angles, with: huber)",
      """
      match(embedding, by: transposed.angles, with: huber): angles compares entry by entry, but the \
      student's 'embedding' of shape [6, 3] gives [3, 6] and the teacher's 'embedding' of shape \
      [6, 5] gives [5, 6]
      """
    ),
    ("ce", "'ce' needs labels, and there are none: give them, Outputs([…], labels: …)"),
  ])
  func whatDoesNotFitIsNamed(_ formula: String, _ message: String) throws {
    let loss = try Registry.linked.loss(formula)
    let error = #expect(throws: DistillationError.self) {
      try loss.evaluate(student: student, teacher: teacher)
    }
    #expect(error?.description == message)
  }

  @Test func batchesMustBeOfOneSize() throws {
    var teacher = teacher
    teacher.tensors["logits"] = noise([5, 4], seed: 1)
    let error = #expect(throws: DistillationError.self) {
      try Registry.linked.loss("kd").evaluate(student: student, teacher: teacher)
    }
    #expect(
      error?.description
        == "the student's 'logits' has 6 examples, but the teacher's 'logits' has 5")
    let labelled = Outputs(student.tensors, labels: [0, 1])
    let other = #expect(throws: DistillationError.self) {
      try Registry.linked.loss("kd").evaluate(student: labelled, teacher: self.teacher)
    }
    #expect(
      other?.description == "the student's 'logits' has 6 examples, but the labels have 2")
  }

  @Test func labelsMustBeClasses() throws {
    var student = student
    student.labels = [0, 1, 2, 3, 4, 0]
    let error = #expect(throws: DistillationError.self) {
      try Registry.linked.loss("ce").evaluate(student: student, teacher: teacher)
    }
    #expect(error?.description == "ce: label 4 of example 4 is not one of the classes 0..<4")
  }
}
