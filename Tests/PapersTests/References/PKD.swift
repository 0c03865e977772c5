import Testing

@Suite struct PKDTests {
  static let references = [[2, 3, 2, 3], [1, 2, 2, 2], [4, 1, 3, 1]].map { shape in
    Reference("pkd", on: "stage3", shape, shape, in: 1...3) { s, t in
      let losses = (0..<shape[1]).map { c -> Double in
        func channel(_ x: Values) -> [Double] {
          let all = (0..<x.n).flatMap { x.map($0, c) }
          return all.map { $0 - mean(all) }
        }
        let (u, v) = (channel(s), channel(t))
        return 2 * (1 - dot(u, v) / (length(u) * length(v)))
      }
      return mean(losses)
    }
  }

  @Test(arguments: references) func isTheReference(_ reference: Reference) throws {
    try reference.expect()
  }
}
