import Testing

@Suite struct ICKDTests {
  static let references = [([2, 3, 2, 3], [4, 1]), ([3, 4, 2, 2], [2, 2])].map { shape, size in
    Reference("ickd", on: "stage3", shape, [shape[0], shape[1]] + size) { s, t in
      func gram(_ x: Values, _ i: Int, _ c: Int) -> [Double] {
        unit((0..<x.shape[1]).map { dot(x.map(i, c), x.map(i, $0)) })
      }
      return mean(
        (0..<s.n).flatMap { i in
          (0..<shape[1]).map { squaredDistance(gram(s, i, $0), gram(t, i, $0)) }
        })
    }
  }

  @Test(arguments: references) func isTheReference(_ reference: Reference) throws {
    try reference.expect()
  }
}
