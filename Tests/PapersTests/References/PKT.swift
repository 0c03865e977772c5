import Foundation
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
}
