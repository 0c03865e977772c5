import Testing

@Suite struct ATTests {
  static let references = [[2, 3, 4, 2], [3, 1, 2, 3]].map { shape in
    Reference("at(layer: stage2)", on: "stage2", shape, [shape[0], 4, shape[2], shape[3]]) {
      s, t in
      func attention(_ x: Values, _ i: Int) -> [Double] {
        unit(
          (0..<shape[2] * shape[3]).map { pixel in
            mean((0..<x.shape[1]).map { x.map(i, $0)[pixel] * x.map(i, $0)[pixel] })
          })
      }
      return mean(
        (0..<s.n).flatMap { i in
          zip(attention(s, i), attention(t, i)).map { ($0 - $1) * ($0 - $1) }
        })
    }
  }

  @Test(arguments: references) func isTheReference(_ reference: Reference) throws {
    try reference.expect()
  }
}
