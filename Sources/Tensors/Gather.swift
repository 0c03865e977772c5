// Entries picked by their index. An index that depends on the numbers takes no gradient.

extension Tensor {
  /// The scalars at these indices in row-major order, as a tensor of this shape. An index may repeat.
  /// An index outside this tensor traps, and so does a shape with another number of scalars.
  public func gathered(_ indices: [Int], shape: [Int]) -> Tensor {
    require(
      indices.count == shape.product,
      "[gather] \(indices.count) indices do not fill shape \(shape)")
    return reshaped([count, 1]).rows(indices).reshaped(shape)
  }

  /// Some columns of a matrix, or some entries along the last axis: […, D] to […, K]. A range outside
  /// that axis traps.
  public func columns(_ range: Range<Int>) -> Tensor {
    require(
      rank > 0 && 0 <= range.lowerBound && range.upperBound <= shape[rank - 1],
      "[columns] \(range) is outside shape \(shape)")
    let (shape, width) = (shape, shape[rank - 1])
    let rows = shape.dropLast().product
    return Tensor.operation(shape: shape.dropLast() + [range.count], inputs: [self]) { y in
      for row in 0..<rows {
        (y + row * range.count)
          .update(from: pointer + row * width + range.lowerBound, count: range.count)
      }
    } pullback: { dy in
      [
        Tensor(shape: shape) { dx in
          dx.initialize(repeating: 0)
          guard let start = dx.baseAddress else { return }
          for row in 0..<rows {
            (start + row * width + range.lowerBound)
              .update(from: dy.pointer + row * range.count, count: range.count)
          }
        }
      ]
    }
  }

  /// Each row of a matrix without one of its entries: N×C to N×(C − 1).
  ///
  /// `columns` holds, for each row, the column of the entry that is left out. It traps if there are more or
  /// fewer columns than rows, or if one is outside 0..<C.
  public func omitting(columns: [Int]) -> Tensor {
    require(
      rank == 2 && columns.count == shape[0],
      "[omitting] shape \(shape) does not have one row for each of \(columns.count) columns")
    let (shape, width) = (shape, shape[1])
    require(
      columns.allSatisfy { 0 <= $0 && $0 < width }, "[omitting] a column is outside 0..<\(width)")
    return Tensor.operation(shape: [columns.count, max(width - 1, 0)], inputs: [self]) { y in
      for (row, column) in columns.enumerated() {
        let (from, to) = (pointer + row * width, y + row * (width - 1))
        to.update(from: from, count: column)
        (to + column).update(from: from + column + 1, count: width - 1 - column)
      }
    } pullback: { dy in
      [
        Tensor.constant(shape: shape) { dx in
          for (row, column) in columns.enumerated() {
            let (from, to) = (dy.pointer + row * (width - 1), dx + row * width)
            to.update(from: from, count: column)
            to[column] = 0
            (to + column + 1).update(from: from + column, count: width - 1 - column)
          }
        }
      ]
    }
  }

  /// The indices, in row-major order, of the `count` smallest entries off the diagonal in each row of
  /// a square matrix: row by row, each from the smallest up. Equal entries keep their order. A matrix
  /// that is not square, or has fewer entries, traps.
  public func smallestOffDiagonal(_ count: Int) -> [Int] {
    require(
      rank == 2 && shape[0] == shape[1] && 0...max(shape[0] - 1, 0) ~= count,
      "[smallest] shape \(shape) has no \(count) entries off the diagonal of a row")
    let (n, entries) = (shape[0], scalars)
    return (0..<n).flatMap { row in
      (0..<n).filter { $0 != row }.map { row * n + $0 }
        .sorted { (entries[$0], $0) < (entries[$1], $1) }.prefix(count)
    }
  }
}
