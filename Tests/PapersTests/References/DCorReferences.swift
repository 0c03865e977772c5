let dcorReferences = [(3, 2, 4), (6, 5, 3)].map { n, s, t in
  PaperReference("dcor", on: "embedding", [n, s], [n, t]) { s, t in
    func spread(_ x: Values) -> [Double] {
      Array(doublyCentered(square(x.n) { distance(x.row($0), x.row($1)) }).joined())
    }
    let (a, b) = (spread(s), spread(t))
    return 1 - (dot(a, b) / (length(a) * length(b))).squareRoot()
  }
}
