import CKernels

/// Σ (y − z)², where y and z are the inner products of every two rows, each row divided by its length.
struct PairLengthComparison {
  private let rows: Tensor
  private let pass: PairPass
  private let offDiagonal: Bool

  init(_ student: PairForm, _ teacher: PairForm, isConstant: Bool, offDiagonal: Bool) {
    rows = isConstant ? student.rows().detached : student.rows()
    self.offDiagonal = offDiagonal
    pass = PairPass(
      student.origin, student: rows, teacher: teacher.rows, keepsRows: !isConstant)
  }

  /// A row is divided by at least this, as `normalized` does.
  private static let least = 1e-12

  var total: Tensor {
    let (n, step) = (pass.tiles.count, pass.tiles.padded)
    var diagonal = [Float](repeating: 0, count: 2 * step)
    let moments = diagonal.withUnsafeMutableBufferPointer { diagonal in
      let diagonal = diagonal.baseAddress
      return pass.rowSums(3) { tile, place, sums in
        pass.kernels.moments(tile, sums)
        guard place.isDiagonal, let diagonal else { return }
        for r in 0..<tile.rows {
          diagonal[place.rows.lowerBound + r] = tile.student[r * (tile.step + 1)]
          diagonal[step + place.rows.lowerBound + r] = tile.teacher[r * (tile.step + 1)]
        }
      }
    }
    // With a = 1/‖s‖, b = 1/‖t‖ and c = ½ Σ ℓ′(y − z) y, the derivative by s is 2 a² (1 − c) s − 2 a b t.
    var factors = [Double](repeating: 0, count: 4 * step)
    var (pulls, omitted) = ([Double](repeating: 0, count: step), 0.0)
    for i in 0..<n {
      let (s, t) = (moments[i].squareRoot(), moments[step + i].squareRoot())
      let (a, b) = (1 / max(s, Self.least), 1 / max(t, Self.least))
      let own = (a * Double(diagonal[i]), b * Double(diagonal[step + i]))
      var c = a * (a * moments[i] - b * moments[2 * step + i])
      if offDiagonal {
        c -= own.0 * (own.0 - own.1)
        omitted += (own.0 - own.1) * (own.0 - own.1)
      }
      (factors[i], factors[step + i]) = (a, b)
      guard s > Self.least else { continue }
      (factors[2 * step + i], factors[3 * step + i]) = (2 * a * a * (1 - c), 2 * a * b)
      pulls[i] = -4 * c * a * own.0
    }
    return compared(factors, pulls, omitted)
  }

  private func compared(_ factors: [Double], _ pulls: [Double], _ omitted: Double) -> Tensor {
    let gradient = rows.isConstant ? nil : PairGradient(at: pass.student, pass.table)
    let offDiagonal = offDiagonal
    let sums = pass.sums(1) { tile, place, sum in
      pass.tiles.withFactors(factors, of: place) { sum[0] = pass.kernels.compareRows(tile, $0) }
      if offDiagonal, place.isDiagonal {
        for r in 0..<tile.rows {
          tile.teacher[r * (tile.step + 1)] = Float(pulls[place.rows.lowerBound + r])
        }
      }
      gradient?.add(tile, place)
    }
    let dx = gradient?.finished()
    return Tensor(sums[0] - omitted).computed(from: [rows]) { [dx?.scaled(by: $0.scalar)] }
  }
}
