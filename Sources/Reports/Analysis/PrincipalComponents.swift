/// The two directions in which vectors vary most, and the position of each vector along them.
///
/// They are exact and deterministic: Jacobi's method of cyclic rotations (Golub and Van Loan,
/// Matrix Computations, 8.5) gives the eigenvectors of XXᵀ, with X centred. The score of a vector
/// along component k is √λₖ·uₖ.
struct PrincipalComponents {
  /// Two numbers for each vector.
  private(set) var scores: [(x: Double, y: Double)]
  /// The share of the variance along each of the two directions.
  let shares: (x: Double, y: Double)

  init(of vectors: [[Double]]) {
    let n = vectors.count
    let width = vectors.first?.count ?? 0
    let means = (0..<width).map { column in
      vectors.reduce(0) { $0 + $1[column] } / Double(max(n, 1))
    }
    let centred = vectors.map { zip($0, means).map { $0 - $1 } }
    var gram = centred.map { x in
      centred.map { y in zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } }
    }
    let vectors = Self.diagonalize(&gram)
    let values = gram.indices.map { max(0, gram[$0][$0]) }
    let order = values.indices.sorted { (-values[$0], $0) < (-values[$1], $1) }
    let sum = values.reduce(0, +)
    func component(_ rank: Int) -> (scores: [Double], share: Double) {
      guard rank < order.count, sum > 0 else { return ([Double](repeating: 0, count: n), 0) }
      let index = order[rank]
      let scores = vectors.map { $0[index] * values[index].squareRoot() }
      // An eigenvector has no sign, so the largest score is made positive.
      let largest = scores.reduce(0) { abs($1) > abs($0) ? $1 : $0 }
      return (largest < 0 ? scores.map { -$0 } : scores, values[index] / sum)
    }
    let (first, second) = (component(0), component(1))
    scores = zip(first.scores, second.scores).map { (x: $0, y: $1) }
    shares = (first.share, second.share)
  }

  /// Mirrors the axes so that each agrees with the axis of another network for the same images.
  mutating func mirror(to other: PrincipalComponents) {
    let pairs = zip(scores, other.scores)
    let (x, y) = pairs.reduce((0.0, 0.0)) {
      ($0.0 + $1.0.x * $1.1.x, $0.1 + $1.0.y * $1.1.y)
    }
    scores = scores.map { (x < 0 ? -$0.x : $0.x, y < 0 ? -$0.y : $0.y) }
  }

  /// Rotates a symmetric matrix until it is diagonal, and returns the eigenvectors as columns.
  private static func diagonalize(_ a: inout [[Double]]) -> [[Double]] {
    let n = a.count
    var v = (0..<n).map { row in (0..<n).map { $0 == row ? 1.0 : 0.0 } }
    let scale = a.indices.reduce(0) { max($0, abs(a[$1][$1])) }
    for _ in 0..<30 {
      var largest = 0.0
      for p in 0..<n {
        for q in p + 1..<max(n, p + 1) where abs(a[p][q]) > 1e-12 * scale {
          largest = max(largest, abs(a[p][q]))
          let τ = (a[q][q] - a[p][p]) / (2 * a[p][q])
          let t = (τ < 0 ? -1 : 1) / (abs(τ) + (1 + τ * τ).squareRoot())
          let c = 1 / (1 + t * t).squareRoot()
          rotate(&a, &v, p, q, c, t * c)
        }
      }
      if largest == 0 { break }
    }
    return v
  }

  private static func rotate(
    _ a: inout [[Double]], _ v: inout [[Double]], _ p: Int, _ q: Int, _ c: Double, _ s: Double
  ) {
    for k in a.indices {
      let (x, y) = (a[k][p], a[k][q])
      (a[k][p], a[k][q]) = (c * x - s * y, s * x + c * y)
    }
    for k in a.indices {
      let (x, y) = (a[p][k], a[q][k])
      (a[p][k], a[q][k]) = (c * x - s * y, s * x + c * y)
    }
    for k in v.indices {
      let (x, y) = (v[k][p], v[k][q])
      (v[k][p], v[k][q]) = (c * x - s * y, s * x + c * y)
    }
  }
}
