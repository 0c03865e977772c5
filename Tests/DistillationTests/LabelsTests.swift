import Kindred
import TestSupport
import Testing

/// Labels belong to the batch: what reads them finds them, whichever network's outputs bring them.
@Suite struct LabelsTests {
  /// The features of class 0.
  struct FirstClass: Knowledge {
    static let summary = "The features of class 0."
    var outputs: [OutputName] { ["embedding"] }
    var readsLabels: Bool { true }
    func callAsFunction(_ outputs: Outputs) throws -> Tensor {
      let labels = try #require(outputs.labels)
      return try outputs["embedding"].rows(labels.indices.filter { labels[$0] == 0 })
    }
  }

  private static let labels = [0, 1, 0, 2]
  private static let student: Outputs = ["embedding": noise([4, 3], seed: 1)]
  private static let teacher: Outputs = ["embedding": noise([4, 3], seed: 2)]

  private static func loss() throws -> LossGraph {
    try LossGraph {
      match(.embedding, by: MixingTests.WithinClasses(), with: .frobenius)
      match(FirstClass(), with: .frobenius)
    }
  }

  @Test func eitherNetworkBringsThem() throws {
    let loss = try Self.loss()
    let (s, t) = (Self.student, Self.teacher)
    let withLabels = { (outputs: Outputs) in Outputs(outputs.tensors, labels: Self.labels) }
    let value = try loss.evaluate(student: withLabels(s), teacher: t).value
    #expect(try loss.evaluate(student: s, teacher: withLabels(t)).value == value)
    #expect(try loss.evaluate(student: withLabels(s), teacher: withLabels(t)).value == value)

    let (x, y) = (try s["embedding"], try t["embedding"])
    var expected = 0.0
    for i in 0..<4 {
      for j in 0..<4 where Self.labels[i] == Self.labels[j] {
        func product(_ x: Tensor) -> Double {
          (0..<3).reduce(0) { $0 + Double(x.scalars[i * 3 + $1]) * Double(x.scalars[j * 3 + $1]) }
        }
        expected += (product(x) - product(y)) * (product(x) - product(y))
      }
    }
    for i in [0, 2] {
      for c in 0..<3 {
        let difference = Double(x.scalars[i * 3 + c]) - Double(y.scalars[i * 3 + c])
        expected += difference * difference
      }
    }
    #expect(abs(value - expected) < 1e-4 * expected)
  }

  @Test func withoutLabelsARelationThatReadsThemThrows() throws {
    #expect(throws: DistillationError.self) {
      try Self.loss().evaluate(student: Self.student, teacher: Self.teacher)
    }
  }

  /// A relation that reads labels takes a row for each, whatever came before it.
  @Test func whatHasNoRowForEachLabelIsAnError() throws {
    let loss = try LossGraph(
      match(.embedding, by: .transposed.then(MixingTests.WithinClasses()), with: .meanSquare))
    let error = #expect(throws: DistillationError.self) {
      try loss.evaluate(
        student: Outputs(Self.student.tensors, labels: Self.labels), teacher: Self.teacher)
    }
    #expect(
      error?.description == """
        match(embedding, by: transposed.withinClasses, with: meanSquare): withinClasses takes a row for \
        each of 4 labels, but the student's 'embedding' of shape [4, 3], gives a value that has shape [3, 4]
        """)
  }

  /// Logits of pixels have a row for each pixel, and not for each label.
  @Test(arguments: ["all", "random", "distance"])
  func tripletsOfPixelsAreAnError(_ mining: String) throws {
    let loss = try Registry.linked.loss("triplet(layer: logits, mining: \(mining))")
    let logits = noise([4, 3, 1, 2], seed: 3)
    let error = DistillationError.unfit(
      "triplet", takes: "a row for each of 4 labels", shapes: [[8, 3]], of: .student)
    #expect(throws: DistillationError.inTerm("triplet", error)) {
      try loss.evaluate(
        student: Outputs(["logits": logits], labels: Self.labels), teacher: [:], at: Moment())
    }
  }

  /// Ignored labels of the teacher's pixels leave out no pixels of a student that has others.
  @Test func labelsOfOtherPixelsAreAnError() throws {
    let loss = try Registry.linked.loss("ce + kd")
    let student = Outputs(
      ["logits": noise([2, 3, 1, 2], seed: 4)],
      labels: [0, 1, Outputs.ignoredLabel, 2, 0, 1, 1, 0])
    let error = DistillationError.unfit(
      "ce", takes: "a row for each of 7 labels", shapes: [[4, 3]], of: .student)
    #expect(throws: DistillationError.inTerm("ce", error)) {
      try loss.evaluate(student: student, teacher: ["logits": noise([2, 3, 2, 2], seed: 5)])
    }
  }

  /// One network has logits of each pixel, and the other one of each example.
  @Test func pixelsAndExamplesAreNotCompared() throws {
    let loss = try Registry.linked.loss("vid(layer: logits)")
    let error = DistillationError.unequalShapes("vid", student: [4, 5], teacher: [24, 3])
    #expect(throws: DistillationError.inTerm("vid", error)) {
      try loss.initialState(
        student: ["logits": noise([4, 5], seed: 6)],
        teacher: ["logits": noise([4, 3, 2, 3], seed: 7)], seed: 0)
    }
  }

  @Test func labelsThatDisagreeAreAnError() throws {
    let s = Outputs(Self.student.tensors, labels: [0, 1, 0, 2])
    let t = Outputs(Self.teacher.tensors, labels: [0, 1, 1, 2])
    #expect(throws: DistillationError.unequalLabels(0, 1, at: 2)) {
      try LossGraph(KD()).evaluate(student: s, teacher: t)
    }
  }
}
