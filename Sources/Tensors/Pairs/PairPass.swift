import CKernels

/// Both networks' rows, to go through every two of them.
struct PairPass: Sendable {
  let tiles: PairTiles
  let student, teacher: PairRowsOfNetwork
  // Threads of a pass do not see what is bound to a task.
  let table = Kernels.current

  var kernels: PairKernels { table.pointer.pointee.pairs }

  /// Packs the rows of both. A gradient needs the student's, which are then kept.
  init(
    _ origin: PairForm.Origin, student: Tensor, teacher: () -> Tensor, keepsRows: Bool
  ) {
    tiles = PairTiles(student.shape[0])
    self.student = PairRowsOfNetwork(student, origin, in: tiles, keepsRows: keepsRows)
    self.teacher = PairRowsOfNetwork(teacher(), origin, in: tiles, keepsRows: false)
  }

  /// Calls `body` with every tile of some rounds, those of one round at the same time.
  func forEach(
    in rounds: some Sequence<[PairTiles.Place]>, _ body: (PairTile, PairTiles.Place) -> Void
  ) {
    for round in rounds {
      Parallel.forEach(round.count) { index in
        let (place, side) = (round[index], tiles.side)
        let numbers = Storage(count: 2 * side * side)
        let tile = PairTile(
          rows: place.rows.count, columns: place.columns.count, step: side,
          isDiagonal: place.isDiagonal, student: numbers.pointer,
          teacher: numbers.pointer + side * side)
        student.fill(place, table, into: tile.student)
        teacher.fill(place, table, into: tile.teacher)
        body(tile, place)
      }
    }
  }

  /// Calls `body` with every tile.
  func forEach(_ body: (PairTile, PairTiles.Place) -> Void) { forEach(in: tiles.rounds, body) }

  /// Sums of `kinds` numbers that `body` adds up for every tile of some rounds, in one order.
  func sums(
    _ kinds: Int, in rounds: [[PairTiles.Place]]? = nil,
    _ body: (PairTile, PairTiles.Place, UnsafeMutablePointer<Double>) -> Void
  ) -> [Double] {
    var ofTiles = [Double](repeating: 0, count: kinds * tiles.indices)
    ofTiles.withUnsafeMutableBufferPointer { ofTiles in
      guard let start = ofTiles.baseAddress else { return }
      forEach(in: rounds ?? tiles.rounds) { body($0, $1, start + kinds * $1.index) }
    }
    return (0..<kinds).map { kind in
      stride(from: kind, to: ofTiles.count, by: kinds).reduce(0) { $0 + ofTiles[$1] }
    }
  }

  /// Sums of `kinds` numbers for every row, those of a kind one after the other.
  func rowSums(
    _ kinds: Int, _ body: (PairTile, PairTiles.Place, PairSums) -> Void
  ) -> [Double] {
    var sums = [Double](repeating: 0, count: kinds * tiles.padded)
    sums.withUnsafeMutableBufferPointer { sums in
      guard let start = sums.baseAddress else { return }
      forEach { tile, place in
        body(
          tile, place,
          PairSums(
            ofRows: start + place.rows.lowerBound, ofColumns: start + place.columns.lowerBound,
            step: tiles.padded))
      }
    }
    return sums
  }
}

extension PairTiles {
  /// Calls `body` with numbers for every row, those of a kind one after the other.
  func withFactors(
    _ factors: [Double], of place: Place, _ body: (PairFactors) -> Void
  ) {
    factors.withUnsafeBufferPointer { factors in
      guard let start = factors.baseAddress else { return }
      body(
        PairFactors(
          ofRows: start + place.rows.lowerBound, ofColumns: start + place.columns.lowerBound,
          step: padded))
    }
  }
}
