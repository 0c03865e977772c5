let ckaReferences = [(3, 2, 4), (6, 5, 3)].map { n, s, t in
  PaperReference("cka", on: "embedding", [n, s], [n, t]) { s, t in
    func kernel(_ x: Values) -> [Double] {
      Array(doublyCentered(square(x.n) { dot(x.row($0), x.row($1)) }).joined())
    }
    let (k, l) = (kernel(s), kernel(t))
    return 1 - dot(k, l) / (length(k) * length(l))
  }
}
