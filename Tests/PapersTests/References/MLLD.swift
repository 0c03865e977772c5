import Testing

@Suite struct MLLDTests {
  static let references = [
    ("mlld", [2.0, 3, 4, 5, 6], (1.0, 1.0, 1.0)),
    ("mlld(temperatures: [1, 4], instance: 0.5, batch: 2, classes: 3)", [1, 4], (0.5, 2, 3)),
    ("mlld(temperatures: [2], instance: 0, batch: 1, classes: 0)", [2], (0, 1, 0)),
    ("mlld(temperatures: [2], instance: 0, batch: 0)", [2], (0, 0, 1)),
  ].map { formula, temperatures, weights in
    Reference(formula, on: "logits", [5, 3], [5, 3], in: -4...4) { s, t in
      func gram(_ x: [[Double]]) -> [Double] {
        Array(square(x.count) { dot(x[$0], x[$1]) }.joined())
      }
      let levels = temperatures.map { τ in
        let (p, q) = (t.rows.map { softmax($0, τ) }, s.rows.map { softmax($0, τ) })
        let instance = τ * τ * mean(zip(p, q).map { divergence($0, from: $1) })
        let batch = squaredDistance(gram(p), gram(q)) / Double(s.n)
        let classes = squaredDistance(gram(columns(p)), gram(columns(q))) / Double(s.shape[1])
        return weights.0 * instance + weights.1 * batch + weights.2 * classes
      }
      return sum(levels)
    }
  }

  @Test(arguments: references) func isTheReference(_ reference: Reference) throws {
    try reference.expect()
  }
}
