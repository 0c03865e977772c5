import Kindred
import TestSupport
import Testing

/// Terms that say which of several teachers they learn from.
@Suite struct TaughtTests {
  let student = Outputs(
    ["logits": noise([5, 3], seed: 1), "embedding": noise([5, 4], seed: 2)],
    labels: [0, 1, 2, 0, 1])
  let first: Outputs = ["logits": noise([5, 3], seed: 3), "embedding": noise([5, 4], seed: 4)]
  let second: Outputs = ["logits": noise([5, 3], seed: 5), "embedding": noise([5, 6], seed: 6)]

  var both: Outputs {
    var both = first
    for (name, tensor) in second.tensors { both.tensors["\(name)@2"] = tensor }
    return both
  }

  func loss(_ formula: String) throws -> LossGraph { try Registry.linked.loss(formula) }

  /// A term of the second teacher is what it would be if that were the only one, to the bit, and the
  /// first teacher's terms do not notice.
  @Test(arguments: [
    "kd", "rkd.angle", "2*sp(layer: embedding)", "match(embedding, by: gram, with: huber)",
    "match(logits, to: logits, with: meanSquare)", "darkrank",
  ])
  func eachHasItsOwnTeacher(_ term: String) throws {
    let taught =
      term.hasSuffix(")")
      ? "\(term.dropLast()), teacher: 2)" : "\(term)(teacher: 2)"
    let moment = Moment(seed: 1)
    let alone = try loss(term).evaluate(student: student, teacher: second, at: moment)
    let other = try loss(term).evaluate(student: student, teacher: first, at: moment)
    let found = try loss("\(taught) + \(term)").evaluate(
      student: student, teacher: both, at: moment)
    #expect(found.terms.map { $0.value } == [alone.terms[0].value, other.terms[0].value])
    #expect(alone.terms[0].value != other.terms[0].value)
    let only = try loss(taught).evaluate(student: student, teacher: both, at: moment)
    for (name, gradient) in alone.gradients.tensors {
      #expect(only.gradients.tensors[name]?.scalars == gradient.scalars)
    }
  }

  /// The mean of logits of pixels is over the classes of each pixel.
  @Test func pixelsHaveAMean() throws {
    let (a, b) = (noise([2, 3, 2, 2], seed: 7), noise([2, 3, 2, 2], seed: 8))
    let names: [OutputName] = ["logits@mean"]
    let ofMaps = Outputs(of: [["logits": a], ["logits": b]], giving: names)
    let ofRows = Outputs(
      of: [["logits": a.pixelRows], ["logits": b.pixelRows]], giving: names)
    #expect(
      try ofMaps["logits@mean"].pixelRows.scalars == ofRows["logits@mean"].scalars)
    #expect(try ofMaps["logits@mean"].shape == [2, 3, 2, 2])
  }

  @Test func aTermWithoutTeacherHasNoneOfSeveral() throws {
    let error = #expect(throws: DistillationError.self) {
      try LossGraph { CrossEntropy().taught(by: 2) }
    }
    #expect(
      "\(try #require(error))" == "it reads no teacher, so 'teacher: 2' would do nothing, in ce")
  }

  @Test func namesSayTheTeacher() throws {
    let loss = try loss("ce + kd + kd(teacher: 2) + 3*kd(temperature: 2, teacher: mean)")
    #expect(
      loss.formula == "ce + kd + kd(teacher: 2) + 3*kd(temperature: 2, teacher: mean)")
    #expect(
      loss.summands.map { $0.name } == [
        "ce", "kd", "kd(teacher: 2)", "kd(temperature: 2, teacher: mean)",
      ])
    #expect(
      loss.outputs(of: .teacher).map { "\($0)" } == ["logits", "logits@2", "logits@mean"])
    let swift = try LossGraph {
      CrossEntropy()
      KD()
      KD().taught(by: 2)
      3 * KD(temperature: 2).taught(by: .mean)
    }
    #expect(swift.formula == loss.formula)
    #expect(try self.loss("kd(teacher: 1)").formula == "kd")
    #expect(try self.loss("rkd(teacher: 2)").formula.contains("rkd.angle(teacher: 2)"))
  }

  /// What is learned for one teacher is not what is learned for another.
  @Test func eachTeacherHasItsOwnMap() throws {
    let loss = try loss(
      """
      fitnet(layer: embedding) + fitnet(layer: embedding, teacher: 2) + vid(layer: embedding, teacher: 2)
      """)
    let state = try loss.initialState(student: student, teacher: both, seed: 1)
    #expect(
      state.parameters.filter { $0.key.hasSuffix("weight") }.mapValues { $0.shape } == [
        "fitnet(layer: embedding).weight": [4, 4],
        "fitnet(layer: embedding, teacher: 2).weight": [6, 4], "vid.weight": [6, 4],
      ])
    _ = try loss.evaluate(student: student, teacher: both, state: state)
  }

  @Test func theLastStageIsTheTeachersOwn() throws {
    var (student, both) = (student, both)
    student.tensors["stage2"] = noise([5, 2, 4, 4], seed: 7)
    both.tensors["stage4"] = noise([5, 2, 4, 4], seed: 8)
    both.tensors["stage3@2"] = noise([5, 2, 4, 4], seed: 9)
    let found = try loss("sp(teacher: 2)").evaluate(student: student, teacher: both)
    let alone = try loss("sp").evaluate(
      student: student, teacher: ["stage3": noise([5, 2, 4, 4], seed: 9)])
    #expect(found.value == alone.value)
  }

  @Test(arguments: [
    ("kd(teacher: 0)", "expected the number of a teacher, counted from 1, or mean"),
    ("kd(teacher: 1.5)", "expected the number of a teacher, counted from 1, or mean"),
    (
      "kd(teacher: men)",
      """
      no teacher 'men' (did you mean 'mean'?); expected the number of a teacher, counted from 1, or mean
      """
    ),
    ("kd(teacher: 2, teacher: 3)", "'teacher' is given twice"),
  ])
  func aTeacherThatCannotBe(_ formula: String, _ problem: String) throws {
    let error = #expect(throws: DistillationError.self) { try loss(formula) }
    #expect(error?.description.hasPrefix(problem) == true, "\(error as Any)")
  }

  @Test func aTeacherThatIsMissing() throws {
    let error = #expect(throws: DistillationError.self) {
      try loss("kd(teacher: 3)").evaluate(student: student, teacher: both)
    }
    #expect(
      error?.description == """
        kd(teacher: 3): the teacher has no output 'logits@3' (did you mean 'logits@2'?); choose from \
        'embedding', 'embedding@2', 'logits', 'logits@2'
        """)
  }
}
