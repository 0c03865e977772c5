import Testing

/// HSIC as both papers write it: biased, with the centring matrix; and unbiased, as the sum HSIC₁
/// of traces and means of kernels whose diagonal is 0.
@Suite struct CKATests {
  static let biased = [(3, 2, 4), (6, 5, 3)].map { n, s, t in
    Reference("cka", on: "embedding", [n, s], [n, t]) { s, t in
      func kernel(_ x: Values) -> [Double] {
        Array(doublyCentered(square(x.n) { dot(x.row($0), x.row($1)) }).joined())
      }
      let (k, l) = (kernel(s), kernel(t))
      return 1 - dot(k, l) / (length(k) * length(l))
    }
  }

  static let unbiased = [(4, 2, 4), (5, 5, 3), (7, 3, 8)].map { n, s, t in
    Reference("cka(unbiased: true)", on: "embedding", [n, s], [n, t]) { s, t in
      func kernel(_ x: Values) -> [[Double]] {
        square(x.n) { $0 == $1 ? 0 : dot(x.row($0), x.row($1)) }
      }
      let (k, l) = (kernel(s), kernel(t))
      return 1 - hsic1(k, l) / (hsic1(k, k) * hsic1(l, l)).squareRoot()
    }
  }

  @Test(arguments: biased + unbiased) func isTheReference(_ reference: Reference) throws {
    try reference.expect()
  }

  /// tr(KL) + 1ᵀK1 1ᵀL1/((n − 1)(n − 2)) − 2/(n − 2) 1ᵀKL1, all over n (n − 3).
  private static func hsic1(_ k: [[Double]], _ l: [[Double]]) -> Double {
    let n = Double(k.count)
    let sums = (k.map(sum), l.map(sum))
    let trace = sum(zip(k, l).map(dot))
    let all = sum(sums.0) * sum(sums.1) / ((n - 1) * (n - 2))
    return (trace + all - 2 / (n - 2) * dot(sums.0, sums.1)) / (n * (n - 3))
  }
}
