import Tensors

/// The squared distances of a batch's examples, row by row.
struct DistanceRows {
  let n: Int
  let squared: [Float]

  init(n: Int, squared: [Float]) { (self.n, self.squared) = (n, squared) }

  init(_ x: Tensor) {
    self.init(n: x.shape[0], squared: x.detached.pairwiseSquaredDistances.scalars)
  }

  init(ofDirections x: Tensor) { self.init(x.detached.atUnitScale().normalized()) }

  subscript(anchor: Int) -> [Float] { Array(squared[anchor * n..<(anchor + 1) * n]) }
}

/// The examples of other classes than an anchor's, in their order. There are none if it has no class.
struct Negatives {
  let indices: [Int]

  init(of anchor: Int, labels: [Int]) {
    let own = labels[anchor]
    indices = own < 0 ? [] : labels.indices.filter { labels[$0] >= 0 && labels[$0] != own }
  }

  /// The negatives from the nearest to the farthest. If distances are equal, the first example comes first.
  func sorted(by row: [Float]) -> [(distance: Float, index: Int)] {
    indices.map { (row[$0], $0) }.sorted { $0 < $1 }
  }
}
