import Foundation
import Kindred
import TestSupport
import Testing

@Suite struct PKTTests {
  static let references = [1e-7, 0.01].flatMap { ε in
    [(4, 3, 5), (6, 5, 2)].map { n, s, t in
      Reference("pkt(epsilon: \(ε))", on: "embedding", [n, s], [n, t]) { s, t in
        func affinities(_ x: Values) -> [[Double]] {
          let k = square(x.n) { i, j in
            let (u, v) = (x.row(i), x.row(j))
            return (1 + dot(u, v) / ((length(u) + ε) * (length(v) + ε))) / 2
          }
          return k.map { row in row.map { $0 / sum(row) } }
        }
        let (q, p) = (affinities(s), affinities(t))
        return mean(
          zip(p.joined(), q.joined()).map { p, q in p * log((p + ε) / (q + ε)) })
      }
    }
  }

  @Test(arguments: references) func isTheReference(_ reference: Reference) throws {
    try reference.expect()
  }

  /// Opposite examples have affinity 0 in exact numbers; rounding must not take a logarithm below
  /// 0.
  @Test func oppositeExamplesHaveAnAffinityOfZero() throws {
    let x = noise([1, 7], seed: 8)
    let opposite = Tensor.concatenated([x, -x, 3 * x])
    for ε in ["1e-12", "1e-7"] {
      let result = try Registry.linked.loss("pkt(epsilon: \(ε))").evaluate(
        student: ["embedding": opposite], teacher: ["embedding": noise([3, 4], seed: 1)])
      #expect(result.value.isFinite && result.value > 0)
      #expect(try result.gradients["embedding"].scalars.allSatisfy { $0.isFinite })
    }
  }
}
