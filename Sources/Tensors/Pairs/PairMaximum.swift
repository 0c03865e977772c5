import CKernels

extension Tensor {
  /// The largest number of a matrix of every two rows that is not held, and whose numbers are products or squared
  /// distances as they are; `nil` for another.
  func maximumOfPairs() -> Tensor? {
    guard let form = deferred?.form, case .none = form.divisor, form.function == .number else {
      return nil
    }
    let rows = isConstant ? form.rows().detached : form.rows()
    let tiles = PairTiles(form.count)
    let network = PairRowsOfNetwork(rows, form.origin, in: tiles, keepsRows: !isConstant)
    let (table, maximum) = (Kernels.current, kernels.elementwise.maximum)
    var maxima = [Float](repeating: -.infinity, count: tiles.indices)
    maxima.withUnsafeMutableBufferPointer { maxima in
      let places = tiles.rounds.flatMap { $0 }
      Parallel.forEach(places.count) { index in
        let place = places[index]
        let numbers = Storage(count: tiles.side * tiles.side)
        network.fill(place, table, into: numbers.pointer)
        let ofRows = (0..<place.rows.count).map {
          maximum(place.columns.count, numbers.pointer + $0 * tiles.side)
        }
        maxima[place.index] = maximum(ofRows.count, ofRows)
      }
    }
    let largest = maximum(maxima.count, maxima)
    let found = maxima
    return Tensor(largest).computed(from: [rows]) { dy in
      guard dy.scalar != 0 else { return [nil] }
      let places = tiles.rounds.flatMap { $0 }.filter { found[$0.index] == largest }
      return [PairTies(network, places, largest, table).gradient.scaled(by: dy.scalar)]
    }
  }
}

/// The numbers that are the largest, which share its gradient evenly.
private struct PairTies {
  let gradient: Tensor

  init(
    _ network: PairRowsOfNetwork, _ places: [PairTiles.Place], _ largest: Float,
    _ table: Kernels.Table
  ) {
    let side = network.tiles.side
    let sum = PairGradient(at: network, table)
    var ties = 0
    for place in places {
      let numbers = Storage(count: 2 * side * side)
      let (values, weights) = (numbers.pointer, numbers.pointer + side * side)
      network.fill(place, table, into: values)
      for r in 0..<place.rows.count {
        for c in 0..<place.columns.count {
          let isLargest = values[r * side + c] == largest
          weights[r * side + c] = isLargest ? 2 : 0
          if isLargest { ties += place.isDiagonal ? 1 : 2 }
        }
      }
      sum.add(
        PairTile(
          rows: place.rows.count, columns: place.columns.count, step: side,
          isDiagonal: place.isDiagonal, student: values, teacher: weights), place)
    }
    gradient = sum.finished().scaled(by: 1 / Float(max(ties, 1)))
  }
}
