import CKernels

/// The gradient at a network's rows, to which tiles add. Tiles of one round add to different rows.
struct PairGradient: Sendable {
  private let rows: Tensor
  private let network: PairRowsOfNetwork
  private let sum: Storage
  /// For squared distances, the sum of a row's weights.
  private let weights: Storage
  private let table: Kernels.Table

  /// A gradient of zeros. The network must have kept its rows.
  init(at network: PairRowsOfNetwork, _ table: Kernels.Table) {
    guard let rows = network.rows else { fatalError("[pairs] rows were not kept") }
    (self.rows, self.network, self.table) = (rows, network, table)
    sum = Storage(count: rows.count)
    sum.pointer.initialize(repeating: 0, count: rows.count)
    weights = Storage(count: 2 * network.tiles.padded)
    weights.doubles.initialize(repeating: 0, count: network.tiles.padded)
  }

  /// Adds the gradient of a tile, whose derivatives by the numbers and their mirror images, in one, stand
  /// in the teacher's place. They are not valid afterwards.
  func add(_ tile: PairTile, _ place: PairTiles.Place) {
    let (d, w) = (network.width, tile.teacher)
    let (first, other) = (place.rows.lowerBound * d, place.columns.lowerBound * d)
    if let distances = network.distances {
      distances.withRows(of: place, d) { rows, columns in
        table.pointer.pointee.pairs.laplacian(
          tile.rows, tile.columns, tile.step, tile.isDiagonal, distances.factor,
          Float(distances.scale), d, rows, columns, tile.student, w,
          PairSums(
            ofRows: weights.doubles + place.rows.lowerBound,
            ofColumns: weights.doubles + place.columns.lowerBound, step: network.tiles.padded),
          sum.pointer + first, sum.pointer + other)
      }
    }
    multiply(tile.rows, tile.columns, w, (tile.step, 1), by: rows.pointer + other, to: first)
    guard !tile.isDiagonal else { return }
    multiply(tile.columns, tile.rows, w, (1, tile.step), by: rows.pointer + first, to: other)
  }

  /// Adds W X for some rows of each.
  private func multiply(
    _ m: Int, _ k: Int, _ w: UnsafePointer<Float>, _ steps: (row: Int, column: Int),
    by x: UnsafePointer<Float>, to start: Int
  ) {
    let (kernels, d) = (table.pointer.pointee.matrix, network.width)
    let scratch = Storage(count: kernels.scratchCount(m, d, k))
    kernels.product(
      m, d, k, MatrixView(start: w, rowStep: steps.row, columnStep: steps.column),
      MatrixView(start: x, rowStep: d, columnStep: 1), sum.pointer + start, d, true,
      scratch.pointer)
  }

  /// The gradient, after all tiles.
  func finished() -> Tensor {
    let result = Tensor(shape: rows.shape, storage: sum, node: nil)
    guard let distances = network.distances else { return result }
    let kernels = table.pointer.pointee.pairs
    Parallel.forEachRange(of: rows.shape[0], length: network.tiles.side, work: rows.count) {
      kernels.addOwnRows(
        network.width, $0.lowerBound, $0.upperBound, rows.pointer, weights.doubles,
        Float(1 / distances.scale), sum.pointer)
    }
    return result
  }
}
