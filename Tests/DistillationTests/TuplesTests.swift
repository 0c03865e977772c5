import Kindred
import TestSupport
import Testing

/// A random part of the entries stands for all of them.
@Suite struct TuplesTests {
  let student: Outputs = ["embedding": noise([7, 3], seed: 1)]
  let teacher: Outputs = ["embedding": noise([7, 5], seed: 2)]

  /// The mean of many steps' estimates, and of their gradients, is that of the whole.
  @Test(arguments: ["rkd.angle", "rkd.distance"], Reduction.allCases)
  func isUnbiased(_ term: String, _ reduction: Reduction) throws {
    let whole = try Registry.linked.loss("\(term)(reduction: \(reduction))")
      .evaluate(student: student, teacher: teacher)
    let part = try Registry.linked.loss("\(term)(reduction: \(reduction), tuples: 20)")
    let steps = 2000
    var values: [Double] = []
    var gradient = [Double](repeating: 0, count: 21)
    for index in 0..<steps {
      let one = try part.evaluate(
        student: student, teacher: teacher, at: Moment(seed: 5, index: index))
      values.append(one.value)
      for (i, scalar) in try one.gradients["embedding"].scalars.enumerated() {
        gradient[i] += Double(scalar) / Double(steps)
      }
    }
    let mean = values.reduce(0, +) / Double(steps)
    let variance = values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(steps - 1)
    // The bound is four standard errors: chance alone would fail one test in 15,000.
    #expect(abs(mean - whole.value) < 4 * (variance / Double(steps)).squareRoot())
    #expect(variance > 0)
    let expected = try whole.gradients["embedding"].scalars.map { Double($0) }
    expectClose(gradient.map { Float($0) }, expected, 0.12, "gradient")
  }

  @Test func theStepDecides() throws {
    let loss = try Registry.linked.loss("rkd.angle(tuples: 10)")
    func value(_ moment: Moment) throws -> Double {
      try loss.evaluate(student: student, teacher: teacher, at: moment).value
    }
    #expect(try value(Moment(seed: 1, index: 3)) == value(Moment(seed: 1, index: 3)))
    #expect(try value(Moment(seed: 1, index: 3)) != value(Moment(seed: 1, index: 4)))
    #expect(try value(Moment(seed: 1, index: 3)) != value(Moment(seed: 2, index: 3)))
  }

  /// If there are no more entries than asked for, each is compared once.
  @Test(arguments: [1, 2, 3, 7])
  func asManyAsThereAreIsAll(n: Int) throws {
    let student: Outputs = ["embedding": noise([n, 3], seed: 1)]
    let teacher: Outputs = ["embedding": noise([n, 3], seed: 2)]
    for term in ["rkd.angle", "rkd.distance"] {
      for reduction in Reduction.allCases {
        let whole = try Registry.linked.loss("\(term)(reduction: \(reduction))")
          .evaluate(student: student, teacher: teacher)
        let part = try Registry.linked.loss("\(term)(reduction: \(reduction), tuples: 343)")
          .evaluate(student: student, teacher: teacher, at: Moment())
        #expect(whole.value == part.value)
        #expect(try whole.gradients["embedding"].scalars == part.gradients["embedding"].scalars)
      }
    }
  }

  /// With one tuple of distinct examples, the value is one of the entries' penalties.
  @Test func distinctEntriesAreDistinct() throws {
    let loss = try Registry.linked.loss(
      "match(embedding, by: squaredDistances, with: meanAbsolute(reduction: distinct, tuples: 1))")
    let zero: Outputs = ["embedding": Tensor(repeating: 0, shape: [4, 1])]
    let apart: Outputs = ["embedding": Tensor([0, 1, 3, 7], shape: [4, 1])]
    var seen: Set<Double> = []
    for index in 0..<200 {
      seen.insert(
        try loss.evaluate(student: apart, teacher: zero, at: Moment(index: index)).value)
    }
    #expect(seen == [1, 4, 9, 16, 36, 49])
  }
}
