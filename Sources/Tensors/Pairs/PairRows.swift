import CKernels

/// One network's rows, packed for the products of every two of them.
struct PairRowsOfNetwork: Sendable {
  let tiles: PairTiles
  let width: Int
  /// The rows as they are multiplied, if they were to be kept.
  let rows: Tensor?
  let distances: Distances?
  private let packed: Storage

  /// What squared distances need beside products.
  struct Distances: Sendable {
    /// The rows as they were given.
    let given: Tensor
    /// The squared lengths of the rows as they are multiplied: their mean is 0, and the longest has a
    /// length of about 1.
    let squares: [Float]
    /// A power of two by which the given rows were multiplied.
    let scale: Double
    /// From squared distances of the rows as they are multiplied to those of the given ones.
    var factor: Float { Float(1 / (scale * scale)) }
  }

  init(_ given: Tensor, _ origin: PairForm.Origin, in tiles: PairTiles, keepsRows: Bool) {
    self.tiles = tiles
    width = given.shape[1]
    let given = given.detached
    let moved = origin == .squaredDistances ? Distances.moved(given, in: tiles) : nil
    let multiplied = moved?.rows ?? given
    (distances, rows) = (moved?.distances, keepsRows ? multiplied : nil)
    let (n, d, kernels) = (tiles.count, width, kernels.matrix)
    let packed = Storage(count: kernels.packedCount(n, d))
    Parallel.forEachRange(of: n, length: tiles.side, work: n * d) { rows in
      kernels.packSymmetric(
        n, d, multiplied.pointer, rows.lowerBound, rows.upperBound, packed.pointer)
    }
    self.packed = packed
  }

  /// Writes the products or squared distances of a tile.
  func fill(
    _ place: PairTiles.Place, _ table: Kernels.Table, into tile: UnsafeMutablePointer<Float>
  ) {
    let (n, d, side) = (tiles.count, width, tiles.side)
    table.pointer.pointee.matrix.packedProduct(
      n, d, packed.pointer, place.row * side, place.column * side, side, tile)
    guard let distances else { return }
    distances.withRows(of: place, d) { rows, columns in
      table.pointer.pointee.pairs.distances(
        place.rows.count, place.columns.count, side, place.isDiagonal, distances.factor, d, rows,
        columns, tile)
    }
  }
}

extension PairRowsOfNetwork.Distances {
  func withRows(of place: PairTiles.Place, _ d: Int, _ body: (PairRows, PairRows) -> Void) {
    squares.withUnsafeBufferPointer { squares in
      guard let squares = squares.baseAddress else { return }
      func rows(from first: Int) -> PairRows {
        PairRows(squares: squares + first, rows: given.pointer + first * d)
      }
      body(rows(from: place.rows.lowerBound), rows(from: place.columns.lowerBound))
    }
  }

  /// The rows with mean 0, times a power of two, so that no product of theirs leaves Float32.
  fileprivate static func moved(_ given: Tensor, in tiles: PairTiles) -> (
    rows: Tensor, distances: Self
  ) {
    let (n, d, x) = (given.shape[0], given.shape[1], given.pointer)
    let (relations, dot) = (kernels.relations, kernels.elementwise.dot)
    var means = [Double](repeating: 0, count: d)
    means.withUnsafeMutableBufferPointer { means in
      guard let means = means.baseAddress else { return }
      Parallel.forEachRange(of: d, length: 128, work: n * d) {
        relations.columnMeans(n, d, x, $0.lowerBound, $0.upperBound, means)
      }
    }
    func rows(times scale: Double) -> Tensor {
      Tensor.constant(shape: [n, d]) { y in
        Parallel.forEachRange(of: n, length: tiles.side, work: n * d) {
          relations.scaledRows(d, x, means, scale, $0.lowerBound, $0.upperBound, y)
        }
      }
    }
    func squares(of rows: Tensor) -> [Double] {
      (0..<tiles.padded).map { i in
        i < n ? dot(d, rows.pointer + i * d, rows.pointer + i * d) : 0
      }
    }
    let scale = powerOfTwo(bringingTo1: squares(of: rows(times: 1)).max() ?? 0)
    let moved = rows(times: scale)
    return (
      moved,
      Self(given: given, squares: squares(of: moved).map { Float($0) }, scale: scale)
    )
  }

  /// The power of two that brings the root of a square to between 1/2 and 1; 1 for no number.
  private static func powerOfTwo(bringingTo1 square: Double) -> Double {
    guard square > 0, square.isFinite else { return 1 }
    return Double(sign: .plus, exponent: -(Int(square.squareRoot().exponent) + 1), significand: 1)
  }
}
