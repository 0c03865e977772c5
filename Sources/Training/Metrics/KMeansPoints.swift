import Tensors

/// The rows that k-means divides, and the steps of the algorithm.
struct KMeansPoints {
  let matrix: Tensor
  let frame: SearchFrame
  let rows: SearchRows

  var count: Int { matrix.shape[0] }

  init(_ matrix: Tensor) {
    self.matrix = matrix
    frame = SearchFrame(of: [matrix])
    rows = SearchRows(matrix, in: frame)
  }

  private func row(_ index: Int) -> [Double] {
    let d = matrix.shape[1]
    return matrix.withUnsafeBufferPointer { x in (0..<d).map { Double(x[index * d + $0]) } }
  }

  /// Chooses centres among the rows. The first is any row; each further one is drawn with a
  /// probability proportional to its squared distance from the nearest centre before it. No two
  /// centres are equal.
  func initialCenters(_ wanted: Int, using random: inout Random) -> [[Double]] {
    guard count > 0 else { return [] }
    var centers = [row(random.integer(below: count))]
    var distances = [Double](repeating: .infinity, count: count)
    while centers.count < wanted {
      let center = centers[centers.count - 1]
      let new = squaredDistances { _ in center }
      for index in 0..<count { distances[index] = min(distances[index], new[index]) }
      let total = distances.reduce(0, +)
      guard total > 0, total.isFinite else { break }
      var left = random.uniformDouble() * total
      // If rounding leaves a rest at the end, the last row that is not a centre is chosen.
      let chosen =
        distances.firstIndex { distance in
          left -= distance
          return distance > 0 && left < 0
        } ?? distances.lastIndex { $0 > 0 }
      guard let chosen else { break }
      centers.append(row(chosen))
    }
    return centers
  }

  /// The nearest centre of every row.
  func nearest(of centers: [[Double]]) -> [Int] {
    let known = SearchRows(count: centers.count, in: frame) { centers[$0][$1] }
    let d = matrix.shape[1]
    return [Int](unsafeUninitializedCapacity: count) { found, initialized in
      initialized = count
      guard let found = found.baseAddress, count > 0 else { return }
      matrix.withUnsafeBufferPointer { x in
        rows.forEachNearest(1, in: known) { row, candidates in
          var best = (index: candidates.first ?? 0, square: Double.infinity)
          if candidates.count > 1 {
            for candidate in candidates {
              let square = squaredDistance(x.baseAddress.map { $0 + row * d }, centers[candidate])
              if square < best.square { best = (candidate, square) }
            }
          }
          (found + row).initialize(to: best.index)
        }
      }
    }
  }

  /// Gives every empty cluster the row that is farthest from its centre, or the first of several
  /// such rows. A row is only taken if its cluster has others.
  func fillEmptyClusters(_ assignments: inout [Int], centers: [[Double]]) {
    var counts = [Int](repeating: 0, count: centers.count)
    for cluster in assignments { counts[cluster] += 1 }
    guard counts.contains(0) else { return }
    let distances = squaredDistances(toCentersOf: assignments, centers)
    for cluster in centers.indices where counts[cluster] == 0 {
      var farthest: (row: Int, distance: Double)?
      for row in assignments.indices where counts[assignments[row]] > 1 {
        if distances[row] > farthest?.distance ?? 0 { farthest = (row, distances[row]) }
      }
      guard let farthest else { return }
      counts[assignments[farthest.row]] -= 1
      counts[cluster] = 1
      assignments[farthest.row] = cluster
    }
  }

  /// The mean of every cluster; an empty one keeps its centre.
  func means(of assignments: [Int], keeping centers: [[Double]]) -> [[Double]] {
    let d = matrix.shape[1]
    var sums = [[Double]](repeating: [Double](repeating: 0, count: d), count: centers.count)
    var counts = [Int](repeating: 0, count: centers.count)
    matrix.withUnsafeBufferPointer { x in
      for (row, cluster) in assignments.enumerated() {
        counts[cluster] += 1
        for k in 0..<d { sums[cluster][k] += Double(x[row * d + k]) }
      }
    }
    return centers.indices.map { cluster in
      counts[cluster] == 0
        ? centers[cluster] : sums[cluster].map { $0 / Double(counts[cluster]) }
    }
  }

  func squaredDistances(toCentersOf assignments: [Int], _ centers: [[Double]]) -> [Double] {
    squaredDistances { centers[assignments[$0]] }
  }

  /// The squared distance of every row to its centre.
  private func squaredDistances(to center: (Int) -> [Double]) -> [Double] {
    let d = matrix.shape[1]
    return [Double](unsafeUninitializedCapacity: count) { distances, initialized in
      initialized = count
      guard let distances = distances.baseAddress else { return }
      matrix.withUnsafeBufferPointer { x in
        Parallel.forEachRange(of: count, length: 256, work: 2 * count * d) { range in
          for row in range {
            (distances + row).initialize(
              to: squaredDistance(x.baseAddress.map { $0 + row * d }, center(row)))
          }
        }
      }
    }
  }

  private func squaredDistance(_ row: UnsafePointer<Float>?, _ center: [Double]) -> Double {
    guard let row else { return 0 }
    var square = 0.0
    for k in center.indices {
      let difference = Double(row[k]) - center[k]
      square += difference * difference
    }
    return square
  }
}
