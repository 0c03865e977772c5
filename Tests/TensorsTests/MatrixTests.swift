import CKernels
import Tensors
import TestSupport
import Testing

@Suite struct MatrixTests {
  /// m, n, k: odd sizes, sizes near those of tiles, and sizes beyond those of blocks.
  static let sizes = [
    (1, 1, 1), (2, 3, 5), (5, 7, 3), (7, 17, 2), (17, 1, 63), (1, 65, 7), (63, 17, 5), (17, 63, 65),
    (65, 65, 17), (3, 5, 513), (300, 3, 7), (2, 1030, 3),
  ]

  @Test(arguments: Kernels.available, sizes)
  func productIsThatOfPlainLoops(_ table: Kernels.Table, _ size: (Int, Int, Int)) {
    let (m, n, k) = size
    let product = TransposedProduct(m, n, k)
    for (first, second, padding) in [
      (false, false, 0), (false, true, 3), (true, false, 2), (true, true, 0),
    ] {
      for accumulate in [false, true] {
        let c = product.computed(table, first, second, accumulate, padding)
        for (i, (value, expected)) in zip(c, product.reference).enumerated() {
          let wanted = expected.sum + (accumulate ? 1 : 0)
          // Every addition and multiplication may round.
          let tolerance = Double(k + 2) * 0x1p-24 * (expected.magnitude + 1)
          guard abs(Double(value) - wanted) > tolerance else { continue }
          Issue.record("entry \(i) is \(value), not \(wanted): \(first) \(second) \(accumulate)")
          return
        }
      }
    }
  }

  /// An entry of C depends only on its row of A and its column of B.
  @Test(arguments: Kernels.available)
  func dividingAProductChangesNoBit(_ table: Kernels.Table) {
    let (m, n, k) = (65, 70, 300)
    let product = TransposedProduct(m, n, k)
    let kernels = table.pointer.pointee.matrix
    let whole = product.computed(table, false, true, false, 0)
    var scratch = [Float](repeating: .nan, count: kernels.scratchCount(m, n, k))
    for i in stride(from: 0, to: m, by: 19) {
      for j in stride(from: 0, to: n, by: 29) {
        var part = [Float](repeating: .nan, count: 19 * 29)
        product.withViews(false, true, 0) { a, b in
          var (a, b) = (a, b)
          a.start += i * a.rowStep
          b.start += j * b.columnStep
          kernels.product(
            min(19, m - i), min(29, n - j), k, a, b, &part, 29, false, &scratch)
        }
        let expected = (0..<19 * 29).map { entry in
          let (row, column) = (i + entry / 29, j + entry % 29)
          return row < m && column < n ? whole[row * n + column] : .nan
        }
        #expect(zip(part, expected).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN })
      }
    }
  }

  @Test(arguments: Kernels.available, [(1, 1), (3, 17), (17, 3), (65, 5), (70, 300)])
  func symmetricProductIsTheProductToTheBit(_ table: Kernels.Table, _ size: (Int, Int)) {
    let (n, k) = size
    let x = noise([n, k], seed: 3)
    Kernels.$current.withValue(table) {
      let product = Tensor.matmul(x, x, transposingSecond: true).scalars
      #expect(x.gram.scalars == product)
      let kernels = table.pointer.pointee.matrix
      var g = [Float](repeating: .nan, count: n * n)
      var packed = [Float](repeating: .nan, count: kernels.packedCount(n, k))
      let side = kernels.tileColumns
      for row in stride(from: 0, to: n, by: side) {
        kernels.packSymmetric(n, k, x.scalars, row, min(row + side, n), &packed)
      }
      for row in stride(from: 0, to: n, by: side) {
        for column in stride(from: row, to: n, by: side) {
          kernels.symmetricProduct(n, k, packed, row, column, side, &g)
        }
      }
      #expect(g == product)
    }
  }

  @Test(arguments: Kernels.available)
  func threadsChangeNoBit(_ table: Kernels.Table) {
    let (a, b) = (noise([300, 140], seed: 1), noise([140, 150], seed: 2))
    let (p, q) = (noise([5, 40, 60], seed: 3), noise([5, 60, 150], seed: 4))
    Kernels.$current.withValue(table) {
      func results(_ threads: Int) -> [[Float]] {
        Parallel.$threads.withValue(threads) {
          [a • b, p • q, a.gram, a.transposed].map { $0.scalars }
        }
      }
      let one = results(1)
      #expect(results(2) == one)
      #expect(results(5) == one)
    }
  }

  @Test(arguments: Kernels.available, [(1, 1), (2, 33), (17, 16), (31, 65)])
  func transposedExchangesRowsAndColumns(_ table: Kernels.Table, _ size: (Int, Int)) {
    let (m, n) = size
    let x = (0..<m * n).map { Float($0) }
    Kernels.$current.withValue(table) {
      let y = Tensor(x, shape: [m, n]).transposed
      #expect(y.shape == [n, m])
      #expect(y.scalars == (0..<m * n).map { x[$0 % m * n + $0 / m] })
    }
  }

  @Test func aSumOfNothingIsZero() {
    let (a, b) = (Tensor([], shape: [2, 0]), Tensor([], shape: [0, 3]))
    #expect((a • b).scalars == [Float](repeating: 0, count: 6))
    #expect(a.gram.scalars == [0, 0, 0, 0])
    #expect((b • Tensor(repeating: 1, shape: [3, 2])).scalars == [])
    #expect((Tensor([], shape: [0, 2, 2]) • Tensor([], shape: [0, 2, 1])).shape == [0, 2, 1])
  }

  @Test func smallWholeNumbersAreExact() {
    let x = Tensor((0..<12).map { Float($0) }, shape: [3, 4])
    #expect((x • x.transposed).scalars == [14, 38, 62, 38, 126, 214, 62, 214, 366])
  }
}

/// Two random matrices and their product.
private struct TransposedProduct {
  let m: Int
  let n: Int
  let k: Int
  let a: [Float]
  let b: [Float]
  /// Σ aᵢₗ bₗⱼ and Σ |aᵢₗ bₗⱼ| for each entry.
  let reference: [(sum: Double, magnitude: Double)]

  init(_ m: Int, _ n: Int, _ k: Int) {
    let (a, b) = (noise([m, k], seed: 1).scalars, noise([k, n], seed: 2).scalars)
    reference = (0..<m * n).map { ij in
      var (sum, magnitude) = (0.0, 0.0)
      for l in 0..<k {
        let term = Double(a[ij / n * k + l]) * Double(b[l * n + ij % n])
        sum += term
        magnitude += abs(term)
      }
      return (sum, magnitude)
    }
    (self.m, self.n, self.k, self.a, self.b) = (m, n, k, a, b)
  }

  /// Calls `body` with the matrices. Each is stored transposed if its flag says so, with `padding`
  /// unused numbers after each row.
  func withViews<Result>(
    _ first: Bool, _ second: Bool, _ padding: Int, _ body: (MatrixView, MatrixView) -> Result
  ) -> Result {
    withPointer(stored(a, m, k, first, padding)) { a in
      withPointer(stored(b, k, n, second, padding)) { b in
        body(view(a, m, k, first, padding), view(b, k, n, second, padding))
      }
    }
  }

  /// C, added to a matrix of ones if accumulating.
  func computed(
    _ table: Kernels.Table, _ first: Bool, _ second: Bool, _ accumulate: Bool, _ padding: Int
  ) -> [Float] {
    let kernels = table.pointer.pointee.matrix
    let step = n + padding
    var c = [Float](repeating: accumulate ? 1 : .nan, count: m * step)
    let count = kernels.scratchCount(m, n, k)
    var scratch = [Float](repeating: .nan, count: count + 1)
    for i in 0..<m {
      for j in n..<step { c[i * step + j] = 7 }
    }
    scratch[count] = 7
    withViews(first, second, padding) { a, b in
      kernels.product(m, n, k, a, b, &c, step, accumulate, &scratch)
    }
    #expect(scratch[count] == 7, "wrote beyond the scratch memory")
    #expect((0..<m * step).allSatisfy { $0 % step < n || c[$0] == 7 }, "wrote between the rows")
    return (0..<m * n).map { c[$0 / n * step + $0 % n] }
  }

  private func stored(
    _ x: [Float], _ rows: Int, _ columns: Int, _ transposed: Bool, _ padding: Int
  ) -> [Float] {
    let (lines, length) = transposed ? (columns, rows) : (rows, columns)
    var memory = [Float](repeating: .nan, count: lines * (length + padding))
    for r in 0..<rows {
      for c in 0..<columns {
        memory[transposed ? c * (length + padding) + r : r * (length + padding) + c] =
          x[r * columns + c]
      }
    }
    return memory
  }

  private func view(
    _ memory: UnsafePointer<Float>, _ rows: Int, _ columns: Int, _ transposed: Bool,
    _ padding: Int
  ) -> MatrixView {
    let step = (transposed ? rows : columns) + padding
    return MatrixView(
      start: memory, rowStep: transposed ? 1 : step, columnStep: transposed ? step : 1)
  }
}

/// Calls `body` with the memory of an array.
private func withPointer<Result>(
  _ numbers: [Float], _ body: (UnsafePointer<Float>) -> Result
) -> Result {
  body(numbers)
}
