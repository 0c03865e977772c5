import Kindred
import TestSupport
import Testing

/// A relation that streams must give the result of matching its value.
@Suite struct StreamedRelationTests {
  static let names = Registry.linked.relations.filter { $0.value is any StreamedRelation.Type }
    .keys.sorted()

  @Test func someRelationStreams() { #expect(Self.names.contains("angles")) }

  @Test(
    arguments: names, [Penalty.square, .absolute, .huber(delta: 1), .huber(delta: 0.1)])
  func streamingIsMatchingTheValue(_ name: String, _ penalty: Penalty) throws {
    let type = try #require(Registry.linked.relations[name])
    let relation = try #require(type.standard as? any StreamedRelation)
    // Two equal rows in the student make an edge without length.
    let n = relation.order > 3 ? 8 : 19
    var rows = noise([n, 5], seed: 1).scalars
    rows.replaceSubrange(0..<5, with: rows[5..<10])
    for reduction in Reduction.allCases {
      try compare(
        relation, penalty, reduction, student: Tensor(rows, shape: [n, 5]),
        teacher: noise([n, 7], seed: 2))
      for n in 1...3 {
        try compare(
          relation, penalty, reduction, student: noise([n, 4], seed: 3),
          teacher: noise([n, 2], seed: 4))
      }
    }
  }

  /// A relation whose value is held, even if it could be streamed.
  private struct Held<R: Relation<Tensor>>: Relation {
    static var summary: String { "All entries." }
    let relation: R
    func gives(_ input: TensorKind) -> TensorKind { .stack }
    func callAsFunction(_ x: Tensor) -> Tensor { relation(x) }
  }

  private struct Entrywise: ElementwiseMatcher {
    static let summary = "Any penalty."
    let penalty: Penalty
    let reduction: Reduction
  }

  private func compare(
    _ relation: some StreamedRelation, _ penalty: Penalty, _ reduction: Reduction,
    student: Tensor, teacher: Tensor
  ) throws {
    let loss = try LossGraph(
      match(.embedding, by: relation, with: Entrywise(penalty: penalty, reduction: reduction)))
    let streamed = try loss.evaluate(
      student: ["embedding": student], teacher: ["embedding": teacher])
    let held = try LossGraph(
      match(
        .embedding, by: Held(relation: relation),
        with: Entrywise(penalty: penalty, reduction: reduction)))
    let plain = try held.evaluate(student: ["embedding": student], teacher: ["embedding": teacher])
    let what = "\(relation) \(penalty) \(reduction) n = \(student.shape[0])"
    #expect(
      abs(streamed.value - plain.value) <= 1e-5 * streamed.value + 1e-6,
      "\(what): \(streamed.value), not \(plain.value)")
    let gradient = try streamed.gradients["embedding"].scalars
    let expected = try plain.gradients["embedding"].scalars.map { Double($0) }
    if (expected.map { abs($0) }.max() ?? 0) > 1e-5 {
      expectClose(gradient, expected, 1e-3, what)
    } else {
      #expect(gradient.allSatisfy { abs($0) < 1e-4 }, "\(what)")
    }
  }

  /// The published expansion of a distance loses its figures here; Kindred's must not.
  @Test(arguments: ["rkd.distance", "rkd.angle"])
  func aLargeMeanCostsNoPrecision(_ formula: String) throws {
    let loss = try Registry.linked.loss(formula)
    // Whole multiples of 2⁻¹⁰, which stay exact when 1000 is added.
    let grid = { (x: Tensor) in
      Tensor(x.scalars.map { ($0 * 1024).rounded() / 1024 }, shape: x.shape)
    }
    let student = grid(noise([24, 8], seed: 5))
    let teacher = grid(noise([24, 8], seed: 6))
    let near = try loss.evaluate(
      student: ["embedding": student], teacher: ["embedding": teacher])
    let far = try loss.evaluate(
      student: ["embedding": student + 1000], teacher: ["embedding": teacher + 1000])
    #expect(abs(near.value - far.value) < 1e-6 * near.value)
    expectClose(
      try far.gradients["embedding"].scalars,
      try near.gradients["embedding"].scalars.map { Double($0) }, 1e-5, "gradient")
  }
}
