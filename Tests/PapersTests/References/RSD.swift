import Kindred
import TestSupport
import Testing

@Suite struct RSDTests {
  static let references = [
    ("rsd", 0.01, [5, 4]), ("rsd(kappa: 1)", 1, [3, 5]), ("rsd(kappa: 0)", 0, [6, 2]),
    ("rsd", 0.01, [3, 3]), ("rsd(kappa: 0.5)", 0.5, [4, 1]), ("rsd", 0, [1, 3]),
  ].map { formula, κ, shape in
    Reference(formula, on: "embedding", shape, shape) { s, t in loss(s.rows, t.rows, κ) }
  }

  private static func loss(_ s: [[Double]], _ t: [[Double]], _ κ: Double) -> Double {
    let (n, s, t) = (s.count, columns(s).map(standardized), columns(t).map(standardized))
    guard n > 1 else { return 0 }
    return sum(
      t.indices.flatMap { i in
        s.indices.map { j in
          let r = dot(t[i], s[j]) / Double(n)
          return i == j ? (r - 1) * (r - 1) : κ * r * r
        }
      })
  }

  /// (x − mean) / (deviation + 10⁻⁵), where the deviation divides by n.
  private static func standardized(_ x: [Double]) -> [Double] {
    let c = x.map { $0 - mean(x) }
    let σ = mean(c.map { $0 * $0 }).squareRoot() + 1e-5
    return c.map { $0 / σ }
  }

  @Test(arguments: references) func isTheReference(_ reference: Reference) throws {
    try reference.expect()
  }

  /// The bias has no effect: its gradient is rounding beside that of the weights.
  @Test(arguments: [([4, 3], [4, 5]), ([6, 5], [6, 2])])
  func isTheReferenceThroughAMap(_ student: [Int], _ teacher: [Int]) throws {
    try expectReference(
      "rsd(projection: linear)", student: ["embedding": noise(student, seed: 1)],
      teacher: ["embedding": noise(teacher, seed: 2)],
      state: LossState(parameters: [
        "rsd.weight": noise([teacher[1], student[1]], seed: 3),
        "rsd.bias": noise([teacher[1]], seed: 4),
      ]), floor: 0.01
    ) { s, t in
      Self.loss(
        s["embedding"].rows.map { affine($0, s["rsd.weight"], s["rsd.bias"]) },
        t["embedding"].rows, 0.01)
    }
  }

  private func evaluate(_ s: Tensor, _ t: Tensor) throws -> (value: Double, gradient: [Float]) {
    let result = try Registry.linked.loss("rsd").evaluate(
      student: ["embedding": s], teacher: ["embedding": t])
    return (result.value, try result.gradients["embedding"].scalars)
  }

  /// A feature that is the same for all examples correlates with nothing, and costs 1.
  @Test func aConstantFeatureCostsOne() throws {
    let t = noise([5, 3], seed: 1)
    let s = Tensor(t.scalars.enumerated().map { $0 % 3 == 1 ? 1000 : $1 }, shape: [5, 3])
    let (value, gradient) = try evaluate(s, t)
    let (rows, own) = (Values(t).rows, Self.loss(Values(t).rows, Values(t).rows, 0.01))
    let without = Self.loss(rows.map { [$0[0], 0, $0[2]] }, rows, 0.01)
    #expect(abs(value - without) <= 1e-5 && value > own + 0.9)
    for i in 0..<5 { #expect(gradient[i * 3 + 1] == 0) }
    #expect(gradient.contains { $0 != 0 })
  }

  @Test func otherWidthsAreRefused() {
    let error = #expect(throws: DistillationError.self) {
      try evaluate(noise([4, 3], seed: 1), noise([4, 5], seed: 2))
    }
    #expect(
      error?.description == """
        rsd: crossCorrelation compares entry by entry, but the student's value has shape [4, 3] and \
        the teacher's [4, 5]
        """)
  }
}
