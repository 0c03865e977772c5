import Testing

@Suite struct NSTTests {
  static let references = [([2, 3, 2, 3], 4), ([3, 1, 2, 2], 2)].map { shape, channels in
    Reference("nst", on: "stage3", shape, [shape[0], channels, shape[2], shape[3]]) { s, t in
      func kernel(_ x: Values, _ y: Values, _ i: Int) -> Double {
        mean(
          (0..<x.shape[1]).flatMap { c in
            (0..<y.shape[1]).map { d in
              let cosine = dot(unit(x.map(i, c)), unit(y.map(i, d)))
              return cosine * cosine
            }
          })
      }
      return mean((0..<s.n).map { kernel(s, s, $0) - 2 * kernel(s, t, $0) + kernel(t, t, $0) })
    }
  }

  @Test(arguments: references) func isTheReference(_ reference: Reference) throws {
    try reference.expect()
  }
}
