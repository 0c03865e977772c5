package import Tensors

/// Rows divided into clusters by Lloyd's algorithm, from centres that k-means++ chose.
///
///     let clusters = KMeans(of: features, clusters: 5, seed: 1).assignments
///
/// Every row belongs to the centre that is nearest as Double tells distances apart, the lower index
/// where two are equally near, whatever Float32 would say. The result depends on the seed alone, not
/// on the number of threads.
///
/// S. P. Lloyd: Least Squares Quantization in PCM, IEEE Transactions on Information Theory 28(2),
/// 1982. D. Arthur, S. Vassilvitskii: k-means++: The Advantages of Careful Seeding, SODA 2007.
package struct KMeans: Sendable {
  /// The cluster of every row. None is empty.
  package let assignments: [Int]

  /// The mean of every cluster, D numbers each.
  package let centers: [[Double]]

  /// The sum over the rows of the squared distance to their centre.
  package let inertia: Double

  /// The clusters of an N×D matrix.
  ///
  /// There are fewer than asked for where there are fewer different rows. A cluster that loses its
  /// last row takes that which is farthest from its centre.
  ///
  /// - Parameters:
  ///   - matrix: N×D.
  ///   - count: The number of clusters, 1 or more.
  ///   - seed: Of the choice of the first centres.
  ///   - iterations: When to stop although assignments still change.
  package init(of matrix: Tensor, clusters count: Int, seed: UInt64, iterations: Int = 100) {
    precondition(
      matrix.rank == 2, "[k-means] shape \(matrix.shape) is not a matrix of one row an example")
    precondition(
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
