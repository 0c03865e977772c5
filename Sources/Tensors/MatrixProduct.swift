infix operator • : MultiplicationPrecedence

extension Tensor {
  /// The matrix product of the last two axes; leading axes must be equal.
  public static func • (a: Tensor, b: Tensor) -> Tensor { product(a, b) }

  /// The matrix product of the last two axes, with either matrix transposed first.
  ///
  /// - Parameters:
  ///   - a: […, m, k], or […, k, m] where `transposingFirst`.
  ///   - b: […, k, n], or […, n, k] where `transposingSecond`.
  ///   - transposingFirst: Whether `a` is transposed.
  ///   - transposingSecond: Whether `b` is transposed.
  /// - Returns: […, m, n].
  public static func product(
    _ a: Tensor, _ b: Tensor, transposingFirst: Bool = false, transposingSecond: Bool = false
  ) -> Tensor {
    precondition(
      a.rank >= 2 && a.rank == b.rank && a.shape.dropLast(2) == b.shape.dropLast(2),
      "[matrix product] shapes \(a.shape) and \(b.shape) are not matrices of equal leading axes")
    let (rows, columns) = (a.rank - 2, a.rank - 1)
    let m = a.shape[transposingFirst ? columns : rows]
    let k = a.shape[transposingFirst ? rows : columns]
    let n = b.shape[transposingSecond ? rows : columns]
    precondition(
      k == b.shape[transposingSecond ? columns : rows],
      """
      [matrix product] shapes \(a.shape)\(transposingFirst ? "ᵀ" : "") and \
      \(b.shape)\(transposingSecond ? "ᵀ" : "") have unequal inner lengths
      """)
    let (u, v) = (a.detached, b.detached)
    let (needsA, needsB) = (!a.isConstant, !b.isConstant)
    return operation(shape: a.shape.dropLast(2) + [m, n], inputs: [a, b]) { y in
      for batch in 0..<a.shape.dropLast(2).product {
        let (a, b, y) = (a.pointer + batch * m * k, b.pointer + batch * k * n, y + batch * m * n)
        for i in 0..<m {
          for j in 0..<n { y[i * n + j] = 0 }
          for l in 0..<k {
            let a = transposingFirst ? a[l * m + i] : a[i * k + l]
            for j in 0..<n { y[i * n + j] += a * (transposingSecond ? b[j * k + l] : b[l * n + j]) }
          }
        }
      }
    } pullback: { dy in
      // For Y = A B: dA = dY Bᵀ and dB = Aᵀ dY; for the transposed, their transposes.
      let da =
        !needsA
        ? nil
        : transposingFirst
          ? product(v, dy, transposingFirst: transposingSecond, transposingSecond: true)
          : product(dy, v, transposingSecond: !transposingSecond)
      let db =
        !needsB
        ? nil
        : transposingSecond
          ? product(dy, u, transposingFirst: true, transposingSecond: transposingFirst)
          : product(u, dy, transposingFirst: !transposingFirst)
      return [da, db]
    }
  }

  /// The Gram matrix X Xᵀ of the rows of an N×D matrix: N×N, exactly symmetric.
  public var gram: Tensor {
    precondition(rank == 2, "[gram] shape \(shape) is not a matrix")
    let x = detached
    return Tensor.product(x, x, transposingSecond: true).computed(from: [self]) { dy in
      [(dy + dy.transposed) • x]
    }
  }
}
