import Kindred
import TestSupport
import Testing

/// What reads labels sees no example whose label is ignored: value and gradient have the bits of the batch
/// without it, whatever it holds.
@Suite struct IgnoredLabelsTests {
  /// A batch of 6 examples, and the same among others that are ignored and hold no numbers.
  private static let names = ["logits", "embedding"]
  private static let places = [1, 2, 3, 5, 6, 8]
  private static let labels = [0, 1, 0, 2, 1, 0]

  private static func alone(_ role: Role) -> Outputs {
    let seed: UInt64 = role == .student ? 1 : 11
    return Outputs(
      ["logits": noise([6, 3], seed: seed), "embedding": noise([6, 4], seed: seed + 1)],
      labels: role == .student ? labels : nil)
  }

  private static func among(_ role: Role) -> Outputs {
    var (outputs, all) = (alone(role), [Int](repeating: Outputs.ignoredLabel, count: 10))
    for (place, label) in zip(places, labels) { all[place] = label }
    outputs.labels = outputs.labels.map { _ in all }
    outputs.tensors = outputs.tensors.mapValues { x in
      let width = x.shape[1]
      var scalars = [Float](repeating: .nan, count: 10 * width)
      for (row, place) in places.enumerated() {
        scalars.replaceSubrange(
          place * width..<(place + 1) * width, with: x.rows([row]).scalars)
      }
      return Tensor(scalars, shape: [10, width])
    }
    return outputs
  }

  private static func evaluate(
    _ loss: LossGraph, _ outputs: (Role) -> Outputs
  ) throws -> LossEvaluation {
    try loss.evaluate(student: outputs(.student), teacher: outputs(.teacher), at: Moment())
  }

  @Test(arguments: [
    "ce", "ce(labelSmoothing: 0.3)", "dkd", "dkd(alpha: 0)", "triplet", "triplet(mining: random)",
    "triplet(mining: semihard)", "ce + 0.5*dkd + 2*triplet", "adaptive(ce, dkd)",
    "match(logits, by: otherClasses.gram, with: huber)",
    "match(logits, by: softmax.otherClasses.transposed, with: pearson)",
    "match(logits, by: labelAgainstRest.angles, with: huber)", "gradientNorm(ce, dkd.target)",
  ])
  func countNowhere(_ formula: String) throws {
    try expectIgnored(by: Registry.linked.loss(formula))
  }

  @Test func countNowhereInComposedLosses() throws {
    // Each entry of a Gram matrix relates two examples.
    try expectIgnored(by: LossGraph(match(.embedding, by: .gram.then(Marked()), with: .frobenius)))
    try expectIgnored(
      by: LossGraph(match(LabelsTests.FirstClass(), by: .distances, with: .meanSquare)))
    try expectIgnored(by: LossGraph(Marks()))
  }

  private func expectIgnored(by loss: LossGraph) throws {
    let alone = try Self.evaluate(loss, Self.alone)
    let among = try Self.evaluate(loss, Self.among)
    #expect(alone.value > 0 && among.value == alone.value)
    #expect(among.terms == alone.terms)
    for name in Self.names {
      let gradient = try among.gradients[name]
      #expect(try gradient.rows(Self.places).scalars == alone.gradients[name].scalars)
      #expect(gradient.rows([0, 4, 7, 9]).scalars.allSatisfy { $0 == 0 })
    }
  }

  /// The labels may come with either network.
  @Test func labelsOfTheTeacher() throws {
    let loss = try Registry.linked.loss("dkd")
    var (student, teacher) = (Self.among(.student), Self.among(.teacher))
    (student.labels, teacher.labels) = (nil, student.labels)
    #expect(
      try loss.evaluate(student: student, teacher: teacher).value
        == Self.evaluate(loss, Self.alone).value)
  }

  /// What reads no labels compares all examples, beside what does.
  @Test func otherTermsSeeEveryExample() throws {
    var (student, teacher) = (Self.alone(.student), Self.alone(.teacher))
    func value(_ formula: String) throws -> Double {
      try Registry.linked.loss(formula).evaluate(student: student, teacher: teacher).value
    }
    let kd = try value("kd")
    student.labels = [0, -100, 0, -100, 1, 0]
    #expect(try value("kd") == kd)
    let sum = try value("ce") + kd
    #expect(try abs(value("ce + kd") - sum) <= 1e-6 * sum)
    for role in [Role.student, .teacher] {
      let kept = [0, 2, 4, 5]
      let outputs = Self.alone(role).tensors.mapValues { $0.rows(kept) }
      if role == .student { student = Outputs(outputs, labels: [0, 0, 1, 0]) }
      if role == .teacher { teacher = Outputs(outputs) }
    }
    #expect(try sum - kd == value("ce"))
  }

  @Test(arguments: ["ce", "dkd", "triplet", "match(logits, by: otherClasses, with: meanSquare)"])
  func withoutAnyOtherTheLossIsZero(_ formula: String) throws {
    var student = Self.among(.student)
    student.labels = [Int](repeating: Outputs.ignoredLabel, count: 10)
    let loss = try Registry.linked.loss(formula)
    let result = try loss.evaluate(student: student, teacher: Self.among(.teacher), at: Moment())
    #expect(result.value == 0)
    for name in Self.names { #expect(try result.gradients[name].scalars.allSatisfy { $0 == 0 }) }

    // An output that is missing is missing all the same.
    student.tensors = ["stage1": noise([10, 2], seed: 1)]
    let error = #expect(throws: DistillationError.self) {
      try loss.evaluate(student: student, teacher: Self.among(.teacher), at: Moment())
    }
    let term = formula == "dkd" ? "dkd.target" : formula
    let output = formula == "triplet" ? "embedding" : "logits"
    #expect(
      error?.description
        == "\(term): the student has no output '\(output)'; the only one is 'stage1'")
  }

  /// An error counts the examples of the whole batch.
  @Test func otherLabelsAreErrors() throws {
    for (formula, term) in [("ce", "ce"), ("dkd", "dkd.target"), ("ce + dkd", "ce")] {
      for label in [3, -1, -99, -101] {
        var student = Self.among(.student)
        student.labels?[5] = label
        student.tensors["weights"] = Tensor([1, 0, 1, 1, 1, 1, 1, 1, 1, 1])
        let error = #expect(throws: DistillationError.self) {
          try Registry.linked.loss(formula).evaluate(
            student: student, teacher: Self.among(.teacher))
        }
        #expect(
          error?.description
            == "\(term): label \(label) of example 5 is not one of the classes 0..<3")
      }
    }
  }

  /// The examples of every two, with the sums of their labels.
  private struct Marked: LabeledRelation {
    static let summary = "Products, each with the sum of two labels."
    func callAsFunction(_ x: Tensor, labels: [Int]) -> Tensor {
      let marks = labels.flatMap { a in labels.map { Float(a + $0) } }
      return x * Tensor(marks, shape: [labels.count, labels.count])
    }
  }

  /// A primitive term that reads labels, and says so.
  private struct Marks: PrimitiveTerm {
    var outputs: [OutputName] { ["embedding"] }
    var readsLabels: Bool { true }
    func callAsFunction(student: Outputs, teacher: Outputs) throws -> Tensor {
      let marks = Tensor(try #require(student.labels).map { Float($0) })
      return try (student["embedding"].squared().sum(axis: 1) * marks).sum()
    }
  }
}
