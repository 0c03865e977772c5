import CKernels

/// Σ p log((p + ε) / (q + ε)), where q and p are the student's and the teacher's inner products plus an offset,
/// each row divided by its sum.
struct PairDivergence {
  private let rows: Tensor
  private let pass: PairPass
  private let offset: Double
  private let epsilon: Float
  /// The inverses of the sums of both matrices' rows.
  private let inverses: [Double]

  /// `nil` if the matrices are held, or not divided by their sums.
  init?(student s: Tensor, teacher t: Tensor, epsilon: Float) {
    guard let student = s.deferred?.form, let teacher = t.deferred?.form, student.isLike(teacher),
      case .rowSums(let offset) = student.divisor
    else { return nil }
    rows = s.isConstant ? student.rows().detached : student.rows()
    (self.offset, self.epsilon) = (offset, epsilon)
    let rows = rows
    let padded = PairTiles(rows.shape[0]).padded
    var ofTeacher: [Double] = []
    pass = PairPass(
      student.origin, student: rows,
      teacher: {
        let rows = teacher.rows().detached
        ofTeacher = rows.inversesOfProductSums(adding: offset, padded: padded)
        return rows
      }, keepsRows: !s.isConstant)
    inverses = rows.detached.inversesOfProductSums(adding: offset, padded: padded) + ofTeacher
  }

  var total: Tensor {
    let (n, step) = (pass.tiles.count, pass.tiles.padded)
    let even = epsilon / (1 / Float(n) + epsilon)
    let sums = pass.rowSums(4) { tile, place, sums in
      pass.tiles.withFactors(inverses, of: place) {
        pass.kernels.divergences(tile, Float(offset), epsilon, even, $0, sums)
      }
    }
    // As for a row that is held: sums that agree up to rounding count as equal.
    let loss = (0..<n).reduce(0.0) { total, i in
      let excess = sums[step + i]
      let isRounding = excess.magnitude <= 0x1p-24 * sums[2 * step + i]
      return total + sums[i] - (isRounding ? 0 : (1 - Double(even)) * excess)
    }
    guard !rows.isConstant else { return Tensor(loss) }
    let factors = inverses + sums[(3 * step)...]
    let gradient = PairGradient(at: pass.student, pass.table)
    pass.forEach { tile, place in
      pass.tiles.withFactors(factors, of: place) {
        pass.kernels.divergenceGradient(tile, Float(offset), epsilon, $0)
      }
      gradient.add(tile, place)
    }
    let dx = gradient.finished()
    return Tensor(loss).computed(from: [rows]) { [dx.scaled(by: $0.scalar)] }
  }
}

extension Tensor {
  /// 1 / Σⱼ (⟨xᵢ, xⱼ⟩ + offset) for each row of this matrix, or 0 if that sum is 0: ⟨xᵢ, Σⱼ xⱼ⟩ needs no products of
  /// every two rows. Zeros follow up to a number of rows.
  fileprivate func inversesOfProductSums(adding offset: Double, padded: Int) -> [Double] {
    let (n, d, dot) = (shape[0], shape[1], kernels.elementwise.dot)
    let mean = mean(axis: 0)
    return (0..<padded).map { i in
      guard i < n else { return 0 }
      let total = Double(n) * (dot(d, pointer + i * d, mean.pointer) + offset)
      return total.magnitude < Double(Float.leastNormalMagnitude) ? 0 : 1 / total
    }
  }
}
