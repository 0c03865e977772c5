import CKernels

infix operator • : MultiplicationPrecedence

extension Tensor {
  /// The matrix product of the last two axes: […, m, k] and […, k, n] to […, m, n].
  ///
  /// The leading axes of both must be equal.
  public static func • (a: Tensor, b: Tensor) -> Tensor { matmul(a, b) }

  /// The matrix product of the last two axes, as `a • b`: […, m, k] and […, k, n] to […, m, n].
  ///
  ///     let hidden = x.matmul(weight.transposed)
  ///
  /// The leading axes of both must be equal.
  public func matmul(_ other: Tensor) -> Tensor { Tensor.matmul(self, other) }

  /// The matrix product of the last two axes, with either matrix transposed first.
  ///
  /// A matrix is not copied to be transposed. The leading axes of both must be equal.
  ///
  /// - Parameters:
  ///   - a: […, m, k], or […, k, m] if `transposingFirst`.
  ///   - b: […, k, n], or […, n, k] if `transposingSecond`.
  ///   - transposingFirst: Whether `a` is transposed.
  ///   - transposingSecond: Whether `b` is transposed.
  /// - Returns: […, m, n].
  public static func matmul(
    _ a: Tensor, _ b: Tensor, transposingFirst: Bool = false, transposingSecond: Bool = false
  ) -> Tensor {
    require(
      a.rank >= 2 && a.rank == b.rank && a.shape.dropLast(2) == b.shape.dropLast(2),
      "[matmul] shapes \(a.shape) and \(b.shape) are not matrices of equal leading axes")
    let (rows, columns) = (a.rank - 2, a.rank - 1)
    let m = a.shape[transposingFirst ? columns : rows]
    let k = a.shape[transposingFirst ? rows : columns]
    let n = b.shape[transposingSecond ? rows : columns]
    require(
      k == b.shape[transposingSecond ? columns : rows],
      """
      [matmul] shapes \(a.shape)\(transposingFirst ? "ᵀ" : "") and \
      \(b.shape)\(transposingSecond ? "ᵀ" : "") have unequal inner lengths
      """)
    let (u, v) = (a.detached, b.detached)
    let (needsA, needsB) = (!a.isConstant, !b.isConstant)
    return operation(shape: a.shape.dropLast(2) + [m, n], inputs: [a, b]) { y in
      multiply(
        count: a.shape.dropLast(2).product, m, n, k,
        MatrixView(a.pointer, rowLength: a.shape[columns], transposed: transposingFirst),
        MatrixView(b.pointer, rowLength: b.shape[columns], transposed: transposingSecond), into: y)
    } pullback: { dy in
      // For Y = A B: dA = dY Bᵀ and dB = Aᵀ dY; for the transposed, their transposes.
      let da =
        !needsA
        ? nil
        : transposingFirst
          ? matmul(v, dy, transposingFirst: transposingSecond, transposingSecond: true)
          : matmul(dy, v, transposingSecond: !transposingSecond)
      let db =
        !needsB
        ? nil
        : transposingSecond
          ? matmul(dy, u, transposingFirst: true, transposingSecond: transposingFirst)
          : matmul(u, dy, transposingFirst: !transposingFirst)
      return [da, db]
    }
  }

  /// The Gram matrix X Xᵀ of the rows of an N×D matrix: N×N, exactly symmetric. Another rank traps.
  public var gram: Tensor {
    require(rank == 2, "[gram] shape \(shape) is not a matrix")
    let x = detached
    return Tensor.operation(shape: [shape[0], shape[0]], inputs: [self]) { y in
      multiplyByTranspose(shape[0], shape[1], pointer, into: y)
    } pullback: { dy in
      [dy.plusTransposed • x]
    }
  }
}

extension MatrixView {
  /// A row-major matrix, or its transpose.
  init(_ start: UnsafePointer<Float>, rowLength: Int, transposed: Bool) {
    self.init(
      start: start, rowStep: transposed ? 1 : rowLength, columnStep: transposed ? rowLength : 1)
  }
}

// Every entry of a product is summed in the same order, whichever part of the product is computed
// at once. That is why the parts may depend on the number of threads here.

/// How many parts a product of so many multiplications, in a matrix whose longer side is `length`,
/// is divided into: as many for every thread, and more than one only if the parts stay so long that
/// copying the other matrix for each is nothing beside multiplying by it.
private func parts(_ multiplications: Int, length: Int) -> Int {
  let threads = Parallel.threads
  guard threads > 1 && multiplications > 1 << 19 else { return 1 }
  return min(max(length / 256 / threads, 1), 4) * threads
}

/// A measure of the work in a product: its multiplications run many times as fast as other scalar
/// operations.
private func work(_ multiplications: Int) -> Int { multiplications / 16 }

/// C = A B for `count` pairs of matrices, m × k and k × n, that follow one another in memory. A bias
/// of n numbers is added to every row of C.
func multiply(
  count: Int, _ m: Int, _ n: Int, _ k: Int, _ a: MatrixView, _ b: MatrixView,
  adding bias: UnsafePointer<Float>? = nil, into c: UnsafeMutablePointer<Float>
) {
  guard count * m * n > 0 else { return }
  let (kernels, accumulate) = (kernels.matrix, kernels.elementwise.accumulate)
  // A part is a strip of C across its longer side, of whole tiles.
  let wanted = parts(count * m * n * k, length: max(m, n)).divided(by: count)
  func length(_ side: Int, _ tile: Int) -> Int {
    side.divided(by: wanted).divided(by: tile) * tile
  }
  let height = m > n ? length(m, kernels.tileRows) : m
  let width = m > n ? n : length(n, kernels.tileColumns)
  let strips = m.divided(by: height) * n.divided(by: width)
  Parallel.forEach(count * strips, work: work(count * m * n * k)) { part in
    let (pair, strip) = part.quotientAndRemainder(dividingBy: strips)
    let (i, j) = m > n ? (strip * height, 0) : (0, strip * width)
    let (rows, columns) = (min(height, m - i), min(width, n - j))
    let scratch = Storage(count: kernels.scratchCount(rows, columns, k))
    var (a, b) = (a, b)
    a.start += pair * m * k + i * a.rowStep
    b.start += pair * k * n + j * b.columnStep
    let c = c + pair * m * n + i * n + j
    kernels.product(rows, columns, k, a, b, c, n, false, scratch.pointer)
    guard let bias else { return }
    for row in 0..<rows { accumulate(columns, bias + j, c + row * n) }
  }
}

/// G = X Xᵀ for the n × k matrix X.
func multiplyByTranspose(
  _ n: Int, _ k: Int, _ x: UnsafePointer<Float>, into g: UnsafeMutablePointer<Float>
) {
  guard n > 0 else { return }
  let kernels = kernels.matrix
  let tile = kernels.tileColumns
  let packed = Storage(count: kernels.packedCount(n, k))
  let together = n.divided(by: 8 * tile) * tile
  Parallel.forEachRange(of: n, length: together, work: n * k) { rows in
    kernels.packSymmetric(n, k, x, rows.lowerBound, rows.upperBound, packed.pointer)
  }
  // Squares of the upper triangle, at least ten of them if that is possible. Those on the
  // diagonal, which take less time, come last.
  let side = min(n.divided(by: 4 * tile) * tile, 128)
  let count = n.divided(by: side)
  let squares =
    (0..<count).flatMap { row in (row + 1..<count).map { (row, $0) } }
    + (0..<count).map { ($0, $0) }
  Parallel.forEach(squares.count, work: work(n * n * k / 2)) { index in
    let (row, column) = squares[index]
    kernels.symmetricProduct(
      n, k, packed.pointer, row * side, column * side, side, g)
  }
}

extension Int {
  /// The quotient, rounded up.
  fileprivate func divided(by divisor: Int) -> Int { (self + divisor - 1) / divisor }
}
