import Foundation

let mlldReferences = [
  ("mlld", [2.0, 3, 4, 5, 6], (1.0, 1.0, 1.0)),
  ("mlld(temperatures: [1, 4], instance: 0.5, batch: 2, classes: 3)", [1, 4], (0.5, 2, 3)),
  ("mlld(temperatures: [2], instance: 0, batch: 1, classes: 0)", [2], (0, 1, 0)),
  ("mlld(temperatures: [2], instance: 0, batch: 0)", [2], (0, 0, 1)),
].map { formula, temperatures, weights in
  PaperReference(formula, on: "logits", [5, 3], [5, 3], in: -4...4) { s, t in
    let classes = s.shape[1]
    return temperatures.reduce(0) { sum, τ in
      func probabilities(_ z: Values) -> [[Double]] {
        (0..<z.n).map { i in
          let e = z.row(i).map { exp($0 / τ) }
          return e.map { $0 / e.reduce(0, +) }
        }
      }
      func squaredDifference(_ a: [[Double]], _ b: [[Double]]) -> Double {
        zip(a.joined(), b.joined()).map { ($0 - $1) * ($0 - $1) }.reduce(0, +)
      }
      let (p, q) = (probabilities(t), probabilities(s))
      let divergence = mean(
        zip(p, q).map { p, q in zip(p, q).map { $0 * log($0 / $1) }.reduce(0, +) })
      func batch(_ p: [[Double]]) -> [[Double]] { square(p.count) { dot(p[$0], p[$1]) } }
      func ofClasses(_ p: [[Double]]) -> [[Double]] {
        square(classes) { c, d in dot(p.map { $0[c] }, p.map { $0[d] }) }
      }
      return sum + weights.0 * τ * τ * divergence
        + weights.1 * squaredDifference(batch(p), batch(q)) / Double(s.n)
        + weights.2 * squaredDifference(ofClasses(p), ofClasses(q)) / Double(classes)
    }
  }
}
