/// The positions of a batch's images relative to each other, under one network.
struct Geometry {
  let count: Int
  /// cos(xᵢ, xⱼ), n×n, row by row; 0 if a vector is zero.
  let cosines: [Double]
  /// ‖xᵢ − xⱼ‖, n×n, row by row.
  let distances: [Double]

  init(of vectors: [[Double]]) {
    count = vectors.count
    var (cosines, distances): ([Double], [Double]) = ([], [])
    let norms = vectors.map { Self.product($0, $0).squareRoot() }
    for (i, x) in vectors.enumerated() {
      for (j, y) in vectors.enumerated() {
        let scale = norms[i] * norms[j]
        let cosine = scale > 0 ? Self.product(x, y) / scale : 0
        cosines.append(i == j && scale > 0 ? 1 : max(-1, min(1, cosine)))
        distances.append(zip(x, y).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot())
      }
    }
    (self.cosines, self.distances) = (cosines, distances)
  }

  private static func product(_ x: [Double], _ y: [Double]) -> Double {
    zip(x, y).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// The distances of all pairs of different images, divided by their mean, as RKD compares them.
  /// Empty if all images are alike.
  var relativeDistances: [Double] {
    var pairs: [Double] = []
    for i in 0..<count { for j in 0..<i { pairs.append(distances[i * count + j]) } }
    let mean = pairs.reduce(0, +) / Double(max(pairs.count, 1))
    return mean > 0 ? pairs.map { $0 / mean } : []
  }

  /// cos ∠(xᵢ, xⱼ, xₖ) at every vertex j of all triples of different images, computed from the
  /// distances by the law of cosines: (a² + b² − c²) / 2ab. If a side at j is zero, there is no
  /// angle, and the entry is not a number. The order is the same for all networks.
  var angleCosines: [Double] {
    var cosines: [Double] = []
    cosines.reserveCapacity(count * max(count - 1, 0) * max(count - 2, 0) / 2)
    for j in 0..<count {
      for i in 0..<count where i != j {
        let a = distances[j * count + i]
        for k in 0..<i where k != j {
          let (b, c) = (distances[j * count + k], distances[i * count + k])
          guard a > 0, b > 0 else {
            cosines.append(.nan)
            continue
          }
          cosines.append(max(-1, min(1, (a * a + b * b - c * c) / (2 * a * b))))
        }
      }
    }
    return cosines
  }
}
