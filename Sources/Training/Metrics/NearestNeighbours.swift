package import Tensors

/// The nearest rows of a matrix by Euclidean distance. The result is exact: distances are compared
/// in Double, and of two equal ones the lower index comes first.
///
/// The distances are never held as a whole matrix; one tile of queries is compared at a time.
package enum NearestNeighbours {
  /// For every row of an N×D matrix, the indices of its `count` nearest other rows, nearest first.
  /// If there are fewer others, it is all of them.
  package static func amongOthers(of rows: Tensor, count: Int) -> [[Int]] {
    find(of: rows, in: rows, count: count, excludingSelf: true)
  }

  /// For every row of an M×D matrix, the indices of the `count` nearest rows of an N×D gallery,
  /// nearest first. If the gallery has fewer rows, it is all of them.
  package static func of(_ queries: Tensor, in gallery: Tensor, count: Int) -> [[Int]] {
    find(of: queries, in: gallery, count: count, excludingSelf: false)
  }

  private static func find(
    of queries: Tensor, in gallery: Tensor, count: Int, excludingSelf: Bool
  ) -> [[Int]] {
    require(
      queries.rank == 2 && gallery.rank == 2 && queries.shape[1] == gallery.shape[1],
      "[nearest neighbours] shapes \(queries.shape) and \(gallery.shape) are not N×D of one D")
    let available = gallery.shape[0] - (excludingSelf ? 1 : 0)
    guard count > 0, available > 0 else {
      return [[Int]](repeating: [], count: queries.shape[0])
    }
    let frame = SearchFrame(of: excludingSelf ? [gallery] : [gallery, queries])
    let known = SearchRows(gallery, in: frame)
    let sought = excludingSelf ? known : SearchRows(queries, in: frame)
    let (wanted, d) = (min(count, available), queries.shape[1])
    return [[Int]](unsafeUninitializedCapacity: queries.shape[0]) { found, initialized in
      initialized = queries.shape[0]
      guard let found = found.baseAddress else { return }
      queries.withUnsafeBufferPointer { x in
        gallery.withUnsafeBufferPointer { g in
          sought.forEachNearest(wanted, in: known, excludingSelf: excludingSelf) {
            row, candidates in
            let distances = candidates.map { candidate in
              var square = 0.0
              for k in 0..<d {
                let difference = Double(x[row * d + k]) - Double(g[candidate * d + k])
                square += difference * difference
              }
              return (square: square.isNaN ? .infinity : square, index: candidate)
            }
            (found + row).initialize(
              to: distances.sorted { ($0.square, $0.index) < ($1.square, $1.index) }
                .prefix(wanted).map { $0.index })
          }
        }
      }
    }
  }
}
