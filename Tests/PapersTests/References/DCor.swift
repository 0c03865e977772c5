import Testing

@Suite struct DCorTests {
  static let biased = [(3, 2, 4), (6, 5, 3)].map { n, s, t in
    Reference("dcor", on: "embedding", [n, s], [n, t]) { s, t in
      func spread(_ x: Values) -> [Double] {
        Array(doublyCentered(square(x.n) { distance(x.row($0), x.row($1)) }).joined())
      }
      let (a, b) = (spread(s), spread(t))
      return 1 - (dot(a, b) / (length(a) * length(b))).squareRoot()
    }
  }

  static let unbiased = [(4, 2, 4), (5, 5, 3), (7, 3, 8)].map { n, s, t in
    Reference("dcor(unbiased: true)", on: "embedding", [n, s], [n, t]) { s, t in
      func spread(_ x: Values) -> [Double] {
        Array(uCentered(square(x.n) { distance(x.row($0), x.row($1)) }).joined())
      }
      let (a, b) = (spread(s), spread(t))
      return 1 - dot(a, b) / (length(a) * length(b))
    }
  }

  @Test(arguments: biased + unbiased) func isTheReference(_ reference: Reference) throws {
    try reference.expect()
  }

  /// Entries off the diagonal, minus the sums of their row and column over n − 2, plus the sum of
  /// all entries over (n − 1)(n − 2).
  private static func uCentered(_ k: [[Double]]) -> [[Double]] {
    let n = Double(k.count)
    let rows = k.map(sum)
    return square(k.count) { i, j in
      guard i != j else { return 0 }
      return k[i][j] - (rows[i] + rows[j]) / (n - 2) + sum(rows) / ((n - 1) * (n - 2))
    }
  }
}
