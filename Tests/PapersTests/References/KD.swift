import Testing

@Suite struct KDTests {
  static let references = [("kd", 4.0), ("kd(temperature: 1)", 1), ("kd(temperature: 0.5)", 0.5)]
    .flatMap { formula, τ in
      [[1, 2], [4, 3]].map { shape in
        Reference(formula, on: "logits", shape, shape, in: -3...3) { s, t in
          τ * τ
            * mean(zip(t.rows, s.rows).map { divergence(softmax($0, τ), from: softmax($1, τ)) })
        }
      }
    }

  @Test(arguments: references) func isTheReference(_ reference: Reference) throws {
    try reference.expect()
  }
}
