import Tensors

/// A grid over the square pictures that tokens N×T×D are: the first places of each example are no part of it,
/// and s×s tokens follow, row by row.
///
/// Each cell is a window of the picture, as in `Tensor.averagePooled(height:width:)`: row i of g cells begins
/// at row ⌊i·s/g⌋ of the picture and ends before ⌈(i + 1)·s/g⌉. If g does not divide s, neighbours share
/// tokens.
struct TokenGrid: Sendable {
  /// g: the grid has g rows and g columns of cells.
  let size: Int
  /// How many places at the beginning of each example are left out.
  var withoutFirst = 0

  /// The places of the tokens in each cell, among the T tokens of an example; `nil` if these are no square
  /// picture of g×g tokens or more.
  func cells(ofTokens count: Int) -> [[Int]]? {
    guard let side = (count - withoutFirst).side, side >= size else { return nil }
    let windows = averagingWindows(of: side, size)
    return windows.flatMap { ys in
      windows.map { xs in ys.flatMap { y in xs.map { withoutFirst + y * side + $0 } } }
    }
  }
}

extension Int {
  /// s, if this is s² and not 0.
  fileprivate var side: Int? {
    guard self > 0 else { return nil }
    let side = Int(Double(self).squareRoot())
    return side * side == self ? side : nil
  }
}

/// The tokens of an output, averaged in the cells of a grid.
struct ResampledTokens {
  private let tokens: TokenRows
  /// The places of the tokens in each cell.
  private let cells: [[Int]]
  /// The cells that count among all N·g², and the rows of the tokens in each; `nil` if all count.
  private let counted: (cells: [Int], rows: [[Int]])?

  /// Finds the cells that count: a token of theirs counts, and a token of the same cell in the other network.
  ///
  /// - Parameters:
  ///   - tokens: The tokens of this network.
  ///   - grid: The grid over them.
  ///   - other: The tokens of the other network that count, and the grid over them; `nil` if all count.
  ///   - part: The part of a loss that reads them, for errors.
  ///   - role: This network.
  /// - Throws: ``DistillationError/unfitPicture(_:grid:withoutFirst:shape:of:)``
  init(
    _ tokens: TokenRows, on grid: TokenGrid,
    beside other: (places: CountedPlaces, grid: TokenGrid)?, for part: String, of role: Role
  ) throws {
    guard let cells = grid.cells(ofTokens: tokens.shape[1]) else {
      throw DistillationError.unfitPicture(
        part, grid: grid.size, withoutFirst: grid.withoutFirst, shape: tokens.shape, of: role)
    }
    (self.tokens, self.cells) = (tokens, cells)
    let others = other.flatMap { places, grid in
      grid.cells(ofTokens: places.ofEach)?
        .rows(examples: tokens.shape[0], tokens: places.ofEach, counted: places.indices)
    }
    guard tokens.counted != nil || others != nil else {
      counted = nil
      return
    }
    let all = tokens.rows(ofCells: cells)
    let kept = all.indices.filter { !all[$0].isEmpty && others?[$0].isEmpty != true }
    counted = (kept, kept.map { all[$0] })
  }

  /// The layout of ``means``, which are not computed for it. Cells that count are no examples.
  var layout: Layout {
    Layout(
      joining: [
        counted.map { [$0.cells.count, 1] } ?? [tokens.shape[0], cells.count], [tokens.shape[2]],
      ])
  }

  /// The mean token of each cell that counts, over those of its tokens that count.
  var means: TokenRows {
    let rows = counted?.rows ?? tokens.rows(ofCells: cells)
    // Each token is a cell if the grid is as fine as the picture.
    let isFine = cells.allSatisfy { $0.count == 1 }
    return TokenRows(
      isFine ? tokens.rows.rows(rows.map { $0[0] }) : tokens.rows.meansOfRows(rows),
      [tokens.shape[0], cells.count, tokens.shape[2]], counting: counted?.cells)
  }
}

extension TokenRows {
  /// The tokens averaged in the cells of a grid, of those that count beside the other network's.
  func resampled(
    on grid: TokenGrid, beside other: TokenRows, for part: String, of role: Role
  ) throws -> TokenRows {
    let places = other.counted.map { CountedPlaces(ofEach: other.shape[1], indices: $0) }
    return try ResampledTokens(
      self, on: grid, beside: places.map { ($0, grid) }, for: part, of: role
    ).means
  }

  /// The rows of the tokens in each cell, example by example.
  fileprivate func rows(ofCells cells: [[Int]]) -> [[Int]] {
    cells.rows(examples: shape[0], tokens: shape[1], counted: counted)
  }
}

extension [[Int]] {
  /// The rows of the tokens that count at these places of each example; all count if `counted` is `nil`.
  fileprivate func rows(examples: Int, tokens count: Int, counted: [Int]?) -> [[Int]] {
    guard let counted else {
      return (0..<examples).flatMap { n in map { places in places.map { n * count + $0 } } }
    }
    var rows = [Int](repeating: -1, count: examples * count)
    for (row, index) in counted.enumerated() { rows[index] = row }
    return (0..<examples).flatMap { n in
      map { places in places.map { rows[n * count + $0] }.filter { $0 >= 0 } }
    }
  }
}
