import Kindred
import TestSupport
import Testing

/// Soft labels: `ce` takes them, and what needs the class of each example says that there is none.
@Suite struct SoftLabelsTests {
  private static let logits = noise([4, 3], seed: 1)
  private static let teacher: Outputs = ["logits": noise([4, 3], seed: 2)]
  private static let q: [Float] = [0.5, 0.25, 0.25, 0, 1, 0, 0.1, 0.2, 0.7, 1, 0, 0]

  private static func student(_ q: [Float] = q, shape: [Int] = [4, 3]) -> Outputs {
    Outputs(["logits": logits], softLabels: Tensor(q, shape: shape))
  }

  /// The equation of `ce`, in Double.
  private static func expected(_ z: [Double], smoothing ε: Double) -> Double {
    (0..<4).reduce(0.0) { sum, row in
      let z = Array(z[row * 3..<row * 3 + 3])
      let logSum = z.reduce(0) { $0 + $1.exponential() }.logarithm()
      return (0..<3).reduce(sum) { sum, c in
        sum - ((1 - ε) * Double(q[row * 3 + c]) + ε / 3) * (z[c] - logSum) / 4
      }
    }
  }

  @Test(arguments: [0, 0.3]) func areTargets(smoothing: Double) throws {
    let loss = try Registry.linked.loss("ce(labelSmoothing: \(smoothing))")
    let found = try loss.evaluate(student: Self.student(), teacher: [:])
    let z = Self.logits.scalars.map { Double($0) }
    expectClose([Float(found.value)], [Self.expected(z, smoothing: smoothing)], 1e-6, "value")
    let gradient = z.indices.map { index in
      slope(of: { Self.expected($0, smoothing: smoothing) }, at: z, index)
    }
    expectClose(
      try found.gradients["logits"].scalars, gradient, 1e-4, "gradient", floor: 0.01)
  }

  @Test func oneHotRowsAreClasses() throws {
    let loss = try Registry.linked.loss("ce(labelSmoothing: 0.1)")
    let rows: [Float] = [0, 1, 0, 1, 0, 0, 0, 0, 1, 0, 0, 1]
    let soft = try loss.evaluate(student: Self.student(rows), teacher: [:])
    let hard = try loss.evaluate(
      student: Outputs(["logits": Self.logits], labels: [1, 0, 2, 2]), teacher: [:])
    #expect(abs(soft.value - hard.value) < 1e-6)
    expectClose(
      try soft.gradients["logits"].scalars, try hard.gradients["logits"].scalars.map { Double($0) },
      1e-5, "gradient", floor: 0.01)
  }

  /// An example of weight 0 is as if it were not there.
  @Test func goWithTheirExamples() throws {
    let loss = try Registry.linked.loss("ce")
    var some = Self.student()
    some.tensors["weights"] = Tensor([1, 0, 1, 0], shape: [4])
    let few = Outputs(
      ["logits": Self.logits.rows([0, 2])],
      softLabels: Tensor([0.5, 0.25, 0.25, 0.1, 0.2, 0.7], shape: [2, 3]))
    #expect(
      try loss.evaluate(student: some, teacher: [:]).value
        == loss.evaluate(student: few, teacher: [:]).value)
  }

  @Test func ofTheTeacherAreThoseOfTheBatch() throws {
    let loss = try Registry.linked.loss("ce + kd")
    var taught = Self.teacher
    taught.softLabels = Self.student().softLabels
    #expect(
      try loss.evaluate(student: ["logits": Self.logits], teacher: taught).value
        == loss.evaluate(student: Self.student(), teacher: Self.teacher).value)
  }

  private func problem(_ formula: String, _ student: Outputs) throws -> String {
    do {
      let loss = try Registry.linked.loss(formula)
      return "\(try loss.evaluate(student: student, teacher: Self.teacher).value)"
    } catch {
      return "\(error)"
    }
  }

  @Test func wrongOnesAreRefused() throws {
    let rule = """
      ce: soft labels are N×C probabilities, a number of 0 or more for each of the student's 'logits', but
      """
    #expect(
      try problem("ce", Self.student(Array(Self.q[..<8]), shape: [4, 2]))
        == "\(rule) they have shape [4, 2], and 'logits' [4, 3]")
    var q = Self.q
    for wrong in [-0.25, Float.nan, .infinity] {
      q[7] = wrong
      #expect(try problem("ce", Self.student(q)) == "\(rule) they have \(wrong) at [2, 1]")
    }
    #expect(
      try problem("ce", Self.student(Array(Self.q[..<9]), shape: [3, 3]))
        == "the student's 'logits' has 4 examples, but the soft labels have 3")
  }

  @Test func othersNeedClasses() throws {
    let found = try problem("ce + dkd", Self.student())
    #expect(
      found == """
        dkd.target: 'labelAgainstRest(temperature: 4)' needs the class of each example, and there are soft labels: give \
        labels, \
        Outputs([…], labels: …)
        """)
  }
}
