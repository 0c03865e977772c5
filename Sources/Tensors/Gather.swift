// Entries picked by their place. Where a place is found by looking at numbers, it is a constant.

extension Tensor {
  /// The scalars at these indices in row-major order, as a tensor of this shape. One may repeat.
  public func gathered(_ indices: [Int], shape: [Int]) -> Tensor {
    precondition(
      indices.count == shape.product,
      "[gather] \(indices.count) indices do not fill shape \(shape)")
    return reshaped([count, 1]).rows(indices).reshaped(shape)
  }

  /// Some columns of a matrix: N×D to N×K.
  public func columns(_ range: Range<Int>) -> Tensor {
    precondition(
      rank == 2 && 0 <= range.lowerBound && range.upperBound <= shape[1],
      "[columns] \(range) is outside shape \(shape)")
    let (n, width) = (shape[0], shape[1])
    return gathered(
      (0..<n).flatMap { row in range.map { row * width + $0 } }, shape: [n, range.count])
  }

  /// Where the `count` smallest entries off the diagonal are in each row of a square matrix, as
  /// indices in row-major order: row by row, each from the smallest up. Of equal entries the first
  /// comes first.
  public func smallestOffDiagonal(_ count: Int) -> [Int] {
    precondition(
      rank == 2 && shape[0] == shape[1] && 0...max(shape[0] - 1, 0) ~= count,
      "[smallest] shape \(shape) has no \(count) entries off the diagonal of a row")
    let (n, entries) = (shape[0], scalars)
    return (0..<n).flatMap { row in
      (0..<n).filter { $0 != row }.map { row * n + $0 }
        .sorted { (entries[$0], $0) < (entries[$1], $1) }.prefix(count)
    }
  }
}
