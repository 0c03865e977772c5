/// Every two of N rows, in tiles of some rows by some rows, of which those above the diagonal stand
/// for their mirror images.
///
/// They come in rounds. In a round, every block of rows is part of one tile, so that tiles of one round
/// may add to their own blocks at the same time, and each block is added to in one order whatever the
/// number of threads.
package struct PairTiles: Sendable {
  /// The number of rows from which on pairs are not held. docs/decisions/tiled-pairs.md has the reason.
  @TaskLocal package static var threshold = 4096

  /// Counts the matrices that are described within a scope.
  @TaskLocal package static var counter: PairCounter?

  let count: Int
  /// The rows of a block: a multiple of every kernel's `tileColumns`.
  let side: Int
  let blocks: Int

  init(_ count: Int) {
    self.count = count
    side = min(256, max((count / 8 + 31) / 32, 1) * 32)
    blocks = (count + side - 1) / side
  }

  /// The rows of all blocks; those beyond the last row count nowhere.
  var padded: Int { blocks * side }

  /// A tile: a block of rows, and the block whose rows are its columns.
  struct Place: Sendable {
    let row: Int
    let column: Int
    /// Its number among all.
    let index: Int
    let rows: Range<Int>
    let columns: Range<Int>

    var isDiagonal: Bool { row == column }
  }

  /// The number of all tiles, with those below the diagonal, which have no place.
  var indices: Int { blocks * blocks }

  func place(_ a: Int, _ b: Int) -> Place {
    func range(_ block: Int) -> Range<Int> { block * side..<min((block + 1) * side, count) }
    let (row, column) = (min(a, b), max(a, b))
    return Place(
      row: row, column: column, index: row * blocks + column, rows: range(row),
      columns: range(column))
  }

  /// The rounds of a tournament in which every block meets every other once, and then those on the
  /// diagonal.
  var rounds: [[Place]] {
    let seats = blocks + blocks % 2
    let meetings = (0..<max(seats - 1, 0)).map { round in
      (0..<seats / 2).compactMap { seat -> Place? in
        let a = (round + seat) % (seats - 1)
        let b = seat == 0 ? seats - 1 : (round - seat + seats - 1) % (seats - 1)
        return max(a, b) < blocks ? place(a, b) : nil
      }
    }
    return meetings + [(0..<blocks).map { place($0, $0) }]
  }
}
