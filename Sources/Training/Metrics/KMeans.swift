package import Tensors

/// A partition of rows into clusters by Lloyd's algorithm, which starts from centres that k-means++
/// chose.
///
///     let clusters = KMeans(of: features, clusters: 5, seed: 1).assignments
///
/// Every row belongs to its nearest centre. Distances are compared in Double even where Float32
/// would give another order, and of two equally near centres the lower index wins. The result
/// depends on the seed alone, not on the number of threads.
///
/// S. P. Lloyd: Least Squares Quantization in PCM, IEEE Transactions on Information Theory 28(2),
/// 1982. D. Arthur, S. Vassilvitskii: k-means++: The Advantages of Careful Seeding, SODA 2007.
package struct KMeans: Sendable {
  /// The cluster of every row. No cluster is empty.
  package let assignments: [Int]

  /// The mean of every cluster, as D numbers.
  package let centers: [[Double]]

  /// The sum of the squared distances of all rows to their centres.
  package let inertia: Double

  /// The clusters of an N×D matrix.
  ///
  /// If there are fewer different rows than clusters asked for, there are fewer clusters. A cluster
  /// that loses its last row takes the row that is farthest from its centre.
  ///
  /// - Parameters:
  ///   - matrix: The rows, N×D.
  ///   - count: The number of clusters, 1 or more.
  ///   - seed: The seed of the choice of the first centres.
  ///   - iterations: The number of iterations after which the search ends even if assignments still
  ///     change.
  package init(of matrix: Tensor, clusters count: Int, seed: UInt64, iterations: Int = 100) {
    require(
      matrix.rank == 2, "[k-means] shape \(matrix.shape) is not a matrix of one row an example")
    require(
      count > 0 && iterations > 0, "[k-means] \(count) clusters in \(iterations) iterations")
    var random = Random(seed: seed, "k-means")
    let points = KMeansPoints(matrix)
    var centers = points.initialCenters(count, using: &random)
    var assignments: [Int] = []
    for _ in 0..<iterations {
      var nearest = points.nearest(of: centers)
      points.fillEmptyClusters(&nearest, centers: centers)
      guard nearest != assignments else { break }
      assignments = nearest
      centers = points.means(of: assignments, keeping: centers)
    }
    // A cluster that could not be filled is left out.
    let used = Set(assignments).sorted()
    let numbers = Dictionary(uniqueKeysWithValues: zip(used, used.indices))
    self.assignments = assignments.map { numbers[$0] ?? 0 }
    self.centers = used.map { centers[$0] }
    inertia = points.squaredDistances(toCentersOf: assignments, centers).reduce(0, +)
  }
}
