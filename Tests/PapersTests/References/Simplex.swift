import Foundation
import Kindred
import TestSupport
import Testing

@Suite struct SimplexTests {
  static let n = 5
  static let student = noise([n, 3], seed: 1)
  static let teacher = noise([n, 3], seed: 2)

  private func evaluate(_ formula: String, at moment: Moment = Moment()) throws -> LossEvaluation {
    try Registry.linked.loss(formula).evaluate(
      student: ["embedding": Self.student], teacher: ["embedding": Self.teacher], at: moment)
  }

  /// For two and three examples these are RKD's distances and angles.
  @Test(arguments: [(2, "rkd.distance"), (3, "rkd.angle")])
  func theFirstCasesAreThePairAndTheAngle(order: Int, term: String) throws {
    for delta in [1, 0.2] {
      let mine = try evaluate("simplex(order: \(order), delta: \(delta))")
      let rkd = try evaluate("\(term)(reduction: distinct, delta: \(delta))")
      #expect(abs(mine.value - rkd.value) < 1e-5 * rkd.value)
      expectClose(
        try mine.gradients["embedding"].scalars,
        try rkd.gradients["embedding"].scalars.map { Double($0) }, 1e-4, "gradient")
    }
  }

  /// For four examples in space it is the dihedral angle, computed from the normals of its planes.
  @Test func theNextIsTheDihedralAngle() throws {
    func loss(_ s: [Double]) -> Double {
      let t = Self.teacher.scalars.map { Double($0) }
      var losses: [Double] = []
      for a in 0..<Self.n {
        for b in 0..<Self.n {
          for c in 0..<Self.n {
            for d in 0..<Self.n where Set([a, b, c, d]).count == 4 {
              losses.append(
                huber(dihedralCosine(s, a, b, c, d) - dihedralCosine(t, a, b, c, d), 1))
            }
          }
        }
      }
      return mean(losses)
    }
    let result = try evaluate("simplex")
    let s = Self.student.scalars.map { Double($0) }
    #expect(abs(result.value - loss(s)) < 1e-3 * loss(s))
    expectClose(
      try result.gradients["embedding"].scalars, s.indices.map { slope(of: loss, at: s, $0) },
      5e-3, "gradient")
  }

  /// ⟨n, m⟩ / (‖n‖ ‖m‖) with n = (d − a) × (b − a) and m = (d − a) × (c − a).
  private func dihedralCosine(_ x: [Double], _ a: Int, _ b: Int, _ c: Int, _ d: Int) -> Double {
    func edge(_ to: Int) -> [Double] { (0..<3).map { x[3 * to + $0] - x[3 * a + $0] } }
    func cross(_ u: [Double], _ v: [Double]) -> [Double] {
      [
        u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0],
      ]
    }
    let (n, m) = (cross(edge(d), edge(b)), cross(edge(d), edge(c)))
    return dot(n, m) / (length(n) * length(m))
  }

  @Test func aPartOfTheTuplesIsUnbiased() throws {
    let whole = try evaluate("simplex").value
    let values = try (0..<1500).map {
      try evaluate("simplex(tuples: 10)", at: Moment(seed: 3, index: $0)).value
    }
    let variance = mean(values.map { $0 * $0 }) - mean(values) * mean(values)
    let error = (variance / 1500).squareRoot()
    #expect(abs(mean(values) - whole) < 4 * error && error > 0)
  }

  /// The tuples have edges within the span of others, equal examples, or too few examples.
  @Test(arguments: [2, 3, 4, 5])
  func degenerateTuplesAreFinite(order: Int) throws {
    let flat = Tensor((0..<14).map { Float($0 % 5) }, shape: [7, 2])
    for x in [flat, Tensor(repeating: 2, shape: [7, 3]), noise([2, 3], seed: 4)] {
      let target = noise([x.shape[0], 4], seed: 5)
      let result = try Registry.linked.loss("simplex(order: \(order))")
        .evaluate(student: ["embedding": x], teacher: ["embedding": target], at: Moment())
      #expect(result.value.isFinite)
      // Each projection magnifies the rest of an edge within the span by at most 1/ε.
      let limit: Float = order < 5 ? 1e3 : 1e6
      #expect(try result.gradients["embedding"].scalars.allSatisfy { abs($0) < limit })
    }
  }

  @Test func moreThanCanBeHeldIsAnError() throws {
    let x: Outputs = ["embedding": noise([200, 2], seed: 1)]
    for formula in [
      "match(embedding, by: simplices, with: huber)",
      "match(embedding, by: simplices.rowNormalized, with: huber)",
    ] {
      let error = #expect(throws: DistillationError.self) {
        try Registry.linked.loss(formula).evaluate(student: x, teacher: x, at: Moment())
      }
      #expect(error?.description.contains("compare some of them by the matcher's 'tuples'") == true)
    }
    let some = "match(embedding, by: simplices, with: huber(tuples: 100))"
    #expect(
      try Registry.linked.loss(some).evaluate(student: x, teacher: x, at: Moment()).value == 0)
  }

  /// A relation of simplices holds the features of every example of every tuple: 24⁴ entries of 4 ·
  /// 64 numbers. A relation on top of it needs all of them; a matcher takes a part at a time.
  @Test func widthCountsTowardsWhatCanBeHeld() throws {
    let (wide, narrow) = (noise([24, 64], seed: 1), noise([24, 2], seed: 1))
    let held = try Registry.linked.loss(
      "match(embedding, by: simplices.rowNormalized, with: huber)")
    for (student, teacher) in [(wide, wide), (narrow, wide), (wide, narrow)] {
      let error = #expect(throws: DistillationError.self) {
        try held.evaluate(
          student: ["embedding": student], teacher: ["embedding": teacher], withGradients: false)
      }
      #expect(error?.description.contains("too many for one step") == true)
    }
  }

  /// 8⁴ entries of 4 · 400 numbers are two parts; with 4 · 5 numbers they are one.
  @Test func aPartAtATimeIsAllAtOnce() throws {
    let n = 8
    let narrow = (student: noise([n, 5], seed: 1), teacher: noise([n, 3], seed: 2))
    // Additional features of zeros change no angle.
    let wide = Tensor(
      (0..<n).flatMap { i in
        (0..<400).map { $0 < 5 ? narrow.student.scalars[5 * i + $0] : 0 }
      }, shape: [n, 400])
    for reduction in Reduction.allCases {
      let loss = try Registry.linked.loss(
        "match(embedding, by: simplices, with: huber(delta: 0.3, reduction: \(reduction)))")
      let whole = try loss.evaluate(
        student: ["embedding": narrow.student], teacher: ["embedding": narrow.teacher])
      let parts = try loss.evaluate(
        student: ["embedding": wide], teacher: ["embedding": narrow.teacher])
      #expect(abs(parts.value - whole.value) <= 1e-6 * whole.value)
      let gradient = try parts.gradients["embedding"].scalars
      expectClose(
        (0..<n).flatMap { i in (0..<5).map { gradient[400 * i + $0] } },
        try whole.gradients["embedding"].scalars.map { Double($0) }, 1e-5, "\(reduction)")
    }
  }
}
