import Testing

@Suite struct CWDTests {
  static let references = [("cwd", 4.0), ("cwd(temperature: 0.5)", 0.5)].map { formula, τ in
    Reference(formula, on: "stage3", [2, 3, 2, 3], [2, 3, 2, 3], in: -3...3) { s, t in
      τ * τ
        * mean(
          (0..<s.n).flatMap { i in
            (0..<3).map { c in divergence(softmax(t.map(i, c), τ), from: softmax(s.map(i, c), τ)) }
          })
    }
  }

  @Test(arguments: references) func isTheReference(_ reference: Reference) throws {
    try reference.expect()
  }
}
