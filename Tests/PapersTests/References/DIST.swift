import Kindred
import TestSupport
import Testing

@Suite struct DISTTests {
  /// The mean of 1 − ρ over pairs of vectors, by the paper's formula.
  private func uncorrelated(_ s: [[Double]], _ t: [[Double]]) -> Double {
    mean(
      zip(s, t).map { u, v in
        let (a, b) = (u.map { $0 - mean(u) }, v.map { $0 - mean(v) })
        return 1 - dot(a, b) / (length(a) * length(b) + 1e-8)
      })
  }

  /// One row of classes for each pixel. An example is C maps of `pixels` numbers, one after
  /// another.
  private func probabilities(_ z: Values, pixels: Int, τ: Double) -> [[Double]] {
    z.rows.flatMap { example in
      (0..<pixels).map { pixel in
        softmax(stride(from: pixel, to: example.count, by: pixels).map { example[$0] }, τ)
      }
    }
  }

  @Test(arguments: [[5, 4], [3, 4, 2, 2], [1, 3, 2, 3], [2, 3, 4, 1]])
  func pixelsAreRows(_ shape: [Int]) throws {
    let pixels = shape.dropFirst(2).reduce(1, *)
    let student = ["logits": noise(shape, in: -3...3, seed: 1)]
    let teacher = ["logits": noise(shape, in: -3...3, seed: 2)]
    for τ in [1.0, 4] {
      let pair = { (s: Reference.Network, t: Reference.Network) in
        (
          probabilities(s["logits"], pixels: pixels, τ: τ),
          probabilities(t["logits"], pixels: pixels, τ: τ)
        )
      }
      try expectReference("dist.inter(temperature: \(τ))", student: student, teacher: teacher) {
        let (s, t) = pair($0, $1)
        return τ * τ * uncorrelated(s, t)
      }
      try expectReference("dist.intra(temperature: \(τ))", student: student, teacher: teacher) {
        let (s, t) = pair($0, $1)
        return τ * τ * uncorrelated(columns(s), columns(t))
      }
      try expectReference(
        "dist(temperature: \(τ), inter: 3, intra: 0.5)", student: student, teacher: teacher
      ) {
        let (s, t) = pair($0, $1)
        return τ * τ * (3 * uncorrelated(s, t) + 0.5 * uncorrelated(columns(s), columns(t)))
      }
    }
  }

  /// Rounding must not turn constant rows or columns into a signal.
  @Test(arguments: 2...20) func whatIsConstantHasNoCorrelation(_ classes: Int) throws {
    let teacher: Outputs = ["logits": noise([7, classes], seed: 1)]
    let constant: Outputs = ["logits": Tensor(repeating: 0.7, shape: [7, classes])]
    let inter = try Registry.linked.loss("dist.inter(temperature: 1)")
    #expect(try inter.evaluate(student: constant, teacher: teacher).value == 1)
    #expect(try inter.evaluate(student: teacher, teacher: constant).value == 1)
    let equal: Outputs = ["logits": noise([1, classes], seed: 2).rows([0, 0, 0, 0, 0, 0, 0])]
    let intra = try Registry.linked.loss("dist.intra(temperature: 1)")
    #expect(try intra.evaluate(student: equal, teacher: teacher).value == 1)
  }

  @Test func theDefaultsAreTheAuthors() throws {
    #expect(try LossGraph(DIST()).formula == "2*dist.inter + 2*dist.intra")
    #expect(
      try LossGraph(DIST().with(\.temperature, 1)).formula
        == "2*dist.inter(temperature: 1) + 2*dist.intra(temperature: 1)")
  }
}
