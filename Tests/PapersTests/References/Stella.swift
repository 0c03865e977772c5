import Kindred
import TestSupport
import Testing

@Suite struct StellaTests {
  /// Formulas with their parameters: the weights, m and the slices.
  static let references = [
    ("stella", [10.0, 200, 20, 0.015], [], 5),
    ("stella(cosine: 1, similarity: 0.5, ranking: 2, margin: 0.1)", [1, 0.5, 2, 0.1], [], 6),
    ("stella(slices: [1, 3])", [10, 200, 20, 0.015], [1, 3], 5),
    ("stella(slices: [2])", [10, 200, 20, 0.015], [2], 4),
    ("stella", [10, 200, 20, 0.015], [], 2), ("stella", [10, 200, 20, 0.015], [], 1),
  ].map { formula, weights, slices, n in
    Reference(formula, on: "embedding", [n, 4], [n, 4]) { s, t in
      let (u, v) = (s.rows.map(unit), t.rows.map(unit))
      let ofSlices = (slices.isEmpty ? [4] : slices).map { k in
        let leading = s.rows.map { Array($0[..<k]) }
        let (a, b) = (cosines(leading), cosines(t.rows))
        return weights[1] * mean(zip(a, b).flatMap { zip($0, $1).map { ($0 - $1) * ($0 - $1) } })
          + weights[2] * ranking(leading, t.rows, weights[3])
      }
      return weights[0] * mean(zip(u, v).map { 1 - dot($0, $1) }) + mean(ofSlices)
    }
  }

  static let rankings = [
    ("pairRanking", 0.015, 3), ("pairRanking", 0.015, 7), ("pairRanking(margin: 0.3)", 0.3, 6),
    ("pairRanking(margin: 0)", 0, 6), ("pairRanking(margin: 4)", 4, 5), ("pairRanking", 0.015, 2),
  ].map { formula, m, n in
    Reference(formula, on: "embedding", [n, 3], [n, 5]) { s, t in ranking(s.rows, t.rows, m) }
  }

  @Test(arguments: references + rankings) func isTheReference(_ reference: Reference) throws {
    try reference.expect()
  }

  /// The matcher ranks any relation of every two examples.
  @Test func distancesAreRanked() throws {
    try Reference(
      "match(embedding, by: distances, with: rankingHinge(margin: 0.2))", on: "embedding", [5, 3],
      [5, 2]
    ) { s, t in
      func distances(_ x: Values) -> [[Double]] { square(5) { distance(x.row($0), x.row($1)) } }
      return Self.hinges(distances(s), distances(t), 0.2)
    }.expect()
  }

  /// The mean over p < q of max(0, m − σ (c_q − c_p)).
  private static func ranking(_ s: [[Double]], _ t: [[Double]], _ m: Double) -> Double {
    hinges(cosines(s), cosines(t), m)
  }

  private static func hinges(_ s: [[Double]], _ t: [[Double]], _ m: Double) -> Double {
    let n = s.count
    let pairs = (0..<n).flatMap { i in (i + 1..<max(n, i + 1)).map { (i, $0) } }
    let losses = pairs.indices.flatMap { p in
      (p + 1..<max(pairs.count, p + 1)).map { q in
        let ((i, j), (k, l)) = (pairs[p], pairs[q])
        let σ: Double = t[k][l] < t[i][j] ? -1 : 1
        return max(0, m - σ * (s[k][l] - s[i][j]))
      }
    }
    return losses.isEmpty ? 0 : mean(losses)
  }

  private static func cosines(_ x: [[Double]]) -> [[Double]] {
    let u = x.map(unit)
    return square(u.count) { dot(u[$0], u[$1]) }
  }

  private func evaluate(_ formula: String, _ s: Tensor, _ t: Tensor) throws -> (
    value: Double, gradient: [Float]
  ) {
    let result = try Registry.linked.loss(formula).evaluate(
      student: ["embedding": s], teacher: ["embedding": t])
    return (result.value, try result.gradients["embedding"].scalars)
  }

  /// Equal rows of the teacher have equal cosines with all others; each two of these count as rising.
  @Test func equalCosinesOfTheTeacherRise() throws {
    let t = noise([5, 6], seed: 3).rows([0, 1, 0, 0, 4])
    let s = noise([5, 3], seed: 4)
    // In exact arithmetic, equal rows have equal cosines: the reference takes them as such.
    let exact = square(5) { i, j in
      let same = [0, 1, 0, 0, 4]
      let rows = Values(noise([5, 6], seed: 3)).rows.map(unit)
      return dot(rows[min(same[i], same[j])], rows[max(same[i], same[j])])
    }
    let expected = Self.hinges(Self.cosines(Values(s).rows), exact, 0.015)
    #expect(try abs(evaluate("pairRanking", s, t).value - expected) <= 2e-6 * expected)
    // The order of the batch then matters, as in the authors' code.
    let order = [4, 3, 2, 1, 0]
    #expect(
      try abs(evaluate("pairRanking", s.rows(order), t.rows(order)).value - expected) > 1e-3)
    let zero = Tensor(repeating: 0, shape: [5, 6])
    let flat = Self.hinges(Self.cosines(Values(s).rows), square(5) { _, _ in 0 }, 0.015)
    #expect(try abs(evaluate("pairRanking", s, zero).value - flat) <= 2e-6 * flat)
  }

  /// The cosines of equal rows are equal to the bit, wherever the rows stand.
  @Test(arguments: Kernels.available) func equalRowsTie(_ table: Kernels.Table) {
    Kernels.$current.withValue(table) {
      for (n, d) in [(12, 5), (70, 131), (256, 768)] {
        let copies = (0..<n).map { $0 * 7 % (n / 3) }
        let c = InnerProducts(of: noise([n, d], seed: 5).rows(copies)).cosines.scalars
        var first: [Int: Float] = [:]
        var unequal = 0
        for (i, a) in copies.enumerated() {
          for (j, b) in copies.enumerated() where i < j {
            let cosine = first[a * n + b, default: c[i * n + j]]
            if c[i * n + j] != cosine || c[i * n + j] != c[j * n + i] { unequal += 1 }
            (first[a * n + b], first[b * n + a]) = (cosine, cosine)
          }
        }
        #expect(unequal == 0, "\(n)×\(d)")
      }
    }
  }

  /// In either network a row of zeros has cosine 0 with everything, so that 1 − cos is 1.
  @Test func rowsOfZerosHaveCosineZero() throws {
    let rows = noise([4, 3], seed: 1)
    let zero = Tensor(repeating: 0, shape: [4, 3])
    let cosine = "stella(similarity: 0, ranking: 0, cosine: 1)"
    for (s, t) in [(zero, rows), (rows, zero), (zero, zero)] {
      let (value, gradient) = try evaluate(cosine, s, t)
      #expect(value == 1 && gradient.allSatisfy { $0 == 0 })
    }
    #expect(try evaluate(cosine, rows, rows).value == 0)
    let first = Tensor(rows.scalars.enumerated().map { $0 < 3 ? 0 : $1 }, shape: [4, 3])
    for formula in ["stella", "pairRanking", "stella(slices: [1, 2])"] {
      let (value, gradient) = try evaluate(formula, first, noise([4, 3], seed: 2))
      #expect(value > 0 && value.isFinite)
      #expect(gradient[..<3].allSatisfy { $0 == 0 } && gradient[3...].contains { $0 != 0 })
      let all = try evaluate(formula, zero, rows)
      #expect(all.gradient.allSatisfy { $0 == 0 })
    }
    #expect(try abs(evaluate("pairRanking", zero, rows).value - 0.015) < 1e-8)
  }

  /// Two examples have one pair, which has no order.
  @Test(arguments: [1, 2]) func fewExamplesHaveNoOrder(_ n: Int) throws {
    let (s, t) = (noise([n, 3], seed: 1), noise([n, 4], seed: 2))
    let (value, gradient) = try evaluate("pairRanking", s, t)
    #expect(value == 0 && gradient.allSatisfy { $0 == 0 })
    #expect(gradient.count == 3 * n)
  }

  /// The student's leading features alone take the teacher's cosines; all features take its directions.
  @Test func slicesAreOfTheStudent() throws {
    let (s, t) = (noise([5, 6], seed: 1), noise([5, 6], seed: 2))
    let (_, gradient) = try evaluate("stella(slices: [2], cosine: 0)", s, t)
    for (index, slope) in gradient.enumerated() { #expect((slope != 0) == (index % 6 < 2)) }
    #expect(try evaluate("stella(slices: [6])", s, t) == evaluate("stella", s, t))
    let halves = try [2, 6].map { try evaluate("stella(slices: [\($0)])", s, t).value }
    let both = try evaluate("stella(slices: [2, 6])", s, t).value
    #expect(abs(both - (halves[0] + halves[1]) / 2) <= 1e-6 * both)
    #expect(
      try Registry.linked.loss("stella(slices: [4, 8])").formula == "stella(slices: [4, 8])")
    #expect(try LossGraph(Stella(slices: [4, 8])).formula == "stella(slices: [4, 8])")
    #expect(try LossGraph(Stella(slices: [])).formula == "stella")
  }

  @Test(arguments: [
    (
      "stella(slices: [2, 8])", [5, 6],
      "stella: leadingFeatures(width: 8) takes 8 features or more, but the student's value has "
        + "shape [5, 6]"
    ),
    (
      "match(leadingFeatures(width: 7), by: cosines, with: meanSquare)", [5, 8],
      "match(leadingFeatures(width: 7), by: cosines, with: meanSquare): leadingFeatures(width: 7) "
        + "takes 7 features or more, but the teacher's value has shape [5, 6]"
    ),
    (
      "stella", [5, 4],
      "stella: rowCosine compares entry by entry, but the student's value has shape [5, 4] and the "
        + "teacher's [5, 6]"
    ),
  ])
  func whatDoesNotFitIsSaid(_ formula: String, _ student: [Int], _ message: String) {
    let error = #expect(throws: DistillationError.self) {
      try evaluate(formula, noise(student, seed: 1), noise([5, 6], seed: 2))
    }
    #expect(error?.description == message)
  }

  @Test func aSliceHasAFeature() {
    let error = #expect(throws: DistillationError.self) {
      try Registry.linked.loss("stella(slices: [0])")
    }
    #expect(
      error?.description == """
        stella: slices: expected 1 to 1000000000, not the number 0, at column 16 of
          stella(slices: [0])
                         ^
        """)
  }

  /// 256 examples have 32,640 pairs with 533 million hinges, of which none is held.
  @Test func manyPairsNeedLittleMemory() throws {
    let (s, t) = (noise([256, 16], seed: 1), noise([256, 24], seed: 2))
    let before = peakMegabytes
    let alone = try Parallel.$threads.withValue(1) { try evaluate("pairRanking", s, t) }
    let together = try Parallel.$threads.withValue(3) { try evaluate("pairRanking", s, t) }
    #expect(alone.value == together.value && alone.gradient == together.gradient)
    // The mean of max(0, m − d) for the difference d of two cosines that are not related: half their
    // mean distance, and a little for the margin.
    #expect(alone.value > 0.1 && alone.value < 0.2)
    // All hinges at once would take 2 GB. Other tests may run at the same time.
    #expect(peakMegabytes - before < 1000)
  }
}
