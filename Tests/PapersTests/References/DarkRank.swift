import Foundation
import Kindred
import Testing

@Suite struct DarkRankTests {
  static let references = [
    ("darkrank", 3.0, 3.0, 4, 6), ("darkrank(alpha: 1, beta: 1, length: 2)", 1, 1, 2, 5),
    ("darkrank(alpha: 0.5, beta: 1.5, length: 9)", 0.5, 1.5, 9, 4), ("darkrank", 3, 3, 4, 2),
  ].map { formula, α, β, count, n in
    Reference(formula, on: "embedding", [n, 3], [n, 5]) { s, t in
      let losses = (0..<n).map { i -> Double in
        let order = (0..<n).filter { $0 != i }
          .sorted { distance(t.row(i), t.row($0)) < distance(t.row(i), t.row($1)) }
          .prefix(count)
        let scores = order.map { -α * pow(distance(s.row(i), s.row($0)), β) }
        return sum(scores.indices.map { k in log(sum(scores[k...].map { exp($0) })) - scores[k] })
      }
      return mean(losses)
    }
  }

  @Test(arguments: references) func isTheReference(_ reference: Reference) throws {
    try reference.expect()
  }

  /// An order of one example would not be a loss.
  @Test func anOrderOfOneIsRefused() {
    #expect(throws: DistillationError.self) { try Registry.linked.loss("darkrank(length: 1)") }
  }
}
