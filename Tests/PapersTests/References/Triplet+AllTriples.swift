let tripletReferences = [
  ("triplet", 0.2, false), ("triplet(squared: true, margin: 1)", 1, true),
  ("triplet(normalize: true, margin: 0.5)", 0.5, false),
].flatMap { formula, margin, squared in
  [[0, 1, 0, 1, 2, 0], [3, 3, 3, 1, 1, 1]].map { labels in
    PaperReference(formula, on: "embedding", [6, 3], [6, 3], labels: labels) { s, _ in
      var losses: [Double] = []
      func d(_ i: Int, _ j: Int) -> Double {
        let (u, v) =
          formula.contains("normalize") ? (unit(s.row(i)), unit(s.row(j))) : (s.row(i), s.row(j))
        let edge = zip(u, v).map { $0 - $1 + (squared ? 0 : 1e-6) }
        return squared ? dot(edge, edge) : length(edge)
      }
      for a in 0..<6 {
        for p in 0..<6 where labels[p] == labels[a] && p != a {
          for n in 0..<6 where labels[n] != labels[a] {
            losses.append(max(0, d(a, p) - d(a, n) + margin))
          }
        }
      }
      return mean(losses)
    }
  }
}
