import Foundation
import Kindred
import TestSupport
import Testing

@Suite struct LSKDTests {
  static let references = [
    ("lskd", 2.0), ("lskd(temperature: 1)", 1), ("lskd(temperature: 0.5)", 0.5),
  ]
  .flatMap { formula, τ in
    [[1, 3], [4, 5]].map { shape in
      Reference(formula, on: "logits", shape, shape, in: -3...3) { s, t in
        τ * τ
          * mean(
            zip(t.rows, s.rows).map { t, s in
              divergence(softmax(zScores(t), τ), from: softmax(zScores(s), τ))
            })
      }
    }
  }

  private static func zScores(_ z: [Double]) -> [Double] {
    let c = z.map { $0 - mean(z) }
    let σ = (dot(c, c) / Double(z.count - 1)).squareRoot()
    return c.map { $0 / (σ + 1e-7) }
  }

  @Test(arguments: references) func isTheReference(_ reference: Reference) throws {
    try reference.expect()
  }

  private func evaluate(
    _ student: Tensor, _ teacher: Tensor
  ) throws -> (value: Double, gradient: [Float]) {
    let result = try Registry.linked.loss("lskd").evaluate(
      student: ["logits": student], teacher: ["logits": teacher])
    return (result.value, try result.gradients["logits"].scalars)
  }

  /// A row of equal logits says nothing of classes, and has no direction in which it could turn.
  @Test func equalLogitsHaveNoGradient() throws {
    for equal in [0, 0.1, 1e3] as [Float] {
      let s = Tensor([equal, equal, equal, 1, 2, 4], shape: [2, 3])
      let (value, gradient) = try evaluate(s, noise([2, 3], seed: 1))
      #expect(value > 0)
      #expect(gradient[..<3].allSatisfy { $0 == 0 } && gradient[3...].contains { $0 != 0 })
    }
  }

  /// With one class there is nothing to compare. With two, only the order counts.
  @Test func fewClasses() throws {
    let one = try evaluate(noise([3, 1], seed: 1), noise([3, 1], seed: 2))
    #expect(one.value == 0 && one.gradient.allSatisfy { $0 == 0 })
    let two = try evaluate([[1, 2], [0, 5]], [[-3, 4], [2, -2]])
    let other = try evaluate([[0, 9], [-1, 7]], [[0, 1], [9, 3]])
    #expect(abs(two.value - other.value) <= 1e-6 * two.value && two.value > 0)
    #expect(two.gradient.allSatisfy { abs($0) < 1e-6 })
  }

  /// If the spread comes near 10⁻⁷, the ε beside it counts.
  @Test func smallSpreadsCountLess() throws {
    let z: Tensor = [[1, 2, 4], [3, 1, 0]]
    let usual = ZScores.standard(z)
    for size in [1e-3, 1e-6, 1e-7] {
      let small = ZScores.standard(Tensor(size) * z)
      for (row, σ) in [(0, (7.0 / 3).squareRoot()), (1, (7.0 / 3).squareRoot())] {
        let factor = size * σ / (size * σ + 1e-7)
        for c in 0..<3 {
          let (y, x) = (small.scalars[3 * row + c], usual.scalars[3 * row + c])
          #expect(abs(Double(y) - factor * Double(x)) < 1e-5)
        }
      }
    }
  }
}
