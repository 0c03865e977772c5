import Tensors

// The nearest rows g of a query x are those with the smallest s = ‖g‖² − 2⟨x, g⟩. A matrix product
// gives ⟨x, g⟩ for a tile of queries at once, in Float32. With u = 2⁻²⁴, rows rounded to Float32
// and a product that sums D terms in any order, the computed s is off by no more than
//
//   e = u ‖g‖ ((2D + 8) ‖x‖ + 4 ‖g‖),
//
// and a trifle for numbers too small for Float32. The k nearest rows are therefore among those with
// s − e ≤ τ, where τ is the k-th smallest s + e. These are few, and the caller compares them in
// Double.

extension SearchRows {
  /// Calls `body` with every row and its candidates in `gallery`, in ascending order: all rows that
  /// can be one of its `count` nearest by their true distance. It runs on several cores, so a call
  /// of `body` must not write anything that another call reads or writes.
  ///
  /// With `excludingSelf` the gallery is these rows themselves, and no row is its own neighbour.
  func forEachNearest(
    _ count: Int, in gallery: SearchRows, excludingSelf: Bool = false,
    _ body: (_ row: Int, _ candidates: [Int]) -> Void
  ) {
    require(
      count > 0 && gallery.count > 0,
      "[nearest] \(count) nearest of \(gallery.count) rows")
    // Two million products at a time take some megabytes, however many rows there are.
    let height = Swift.max(1, (1 << 21) / gallery.count)
    for start in stride(from: 0, to: self.count, by: height) {
      let part = Array(start..<Swift.min(start + height, self.count))
      let products = Tensor.matmul(rows.rows(part), gallery.rows, transposingSecond: true)
      products.withUnsafeBufferPointer { products in
        Parallel.forEachRange(
          of: part.count, length: 16, work: part.count * gallery.count
        ) { range in
          var search = CandidateSearch(gallery, count: count)
          for row in range {
            let first = row * gallery.count
            let candidates = search.candidates(
              length: lengths[start + row], without: excludingSelf ? start + row : nil,
              UnsafeBufferPointer(rebasing: products[first..<first + gallery.count]))
            body(start + row, candidates)
          }
        }
      }
    }
  }
}

/// The search for the candidates of one query after another.
private struct CandidateSearch {
  let gallery: SearchRows
  /// The smallest values s + e of a query, in ascending order.
  private var smallest: [Double]

  init(_ gallery: SearchRows, count: Int) {
    self.gallery = gallery
    smallest = [Double](repeating: .infinity, count: count)
  }

  mutating func candidates(
    length: Double, without excluded: Int?, _ products: UnsafeBufferPointer<Float>
  ) -> [Int] {
    let d = Double(gallery.dimensions)
    let slope = 0x1p-24 * (2 * d + 8) * length
    let least = d * 0x1p-120
    let last = smallest.count - 1
    for i in smallest.indices { smallest[i] = .infinity }
    return gallery.squares.withUnsafeBufferPointer { squares in
      gallery.lengths.withUnsafeBufferPointer { lengths in
        for j in products.indices where j != excluded {
          let error = lengths[j] * slope + squares[j] * 0x1p-22 + least
          let upper = squares[j] - 2 * Double(products[j]) + error
          guard upper < smallest[last] else { continue }
          var place = last
          while place > 0 && upper < smallest[place - 1] {
            smallest[place] = smallest[place - 1]
            place -= 1
          }
          smallest[place] = upper
        }
        let threshold = smallest[last]
        var candidates: [Int] = []
        for j in products.indices where j != excluded {
          let error = lengths[j] * slope + squares[j] * 0x1p-22 + least
          // The comparison is not `<=`, so that a product that is not a number rules nothing out.
          if squares[j] - 2 * Double(products[j]) - error > threshold { continue }
          candidates.append(j)
        }
        return candidates
      }
    }
  }
}
