import CKernels

/// ℓ(e), for a difference e between the student's number and the teacher's.
public enum Penalty: Hashable, Sendable {
  /// e²
  case square
  /// |e|
  case absolute
  /// e²/2 for |e| ≤ δ, and δ(|e| − δ/2) beyond.
  case huber(delta: Double)

  /// ℓ(e) for each entry of e.
  public func callAsFunction(_ e: Tensor) -> Tensor {
    switch self {
    case .square: e.squared()
    case .absolute: e.abs()
    case .huber(let δ): e.huber(delta: δ)
    }
  }

  /// Σ ℓ(s − t) over all entries, or over those off the diagonal of a square matrix, divided by a number:
  /// one pass for the value, and one for the gradient. The teacher is a constant; unequal shapes trap.
  public func total(
    student s: Tensor, teacher t: Tensor, offDiagonal: Bool = false, dividedBy divisor: Double = 1
  ) -> Tensor {
    require(s.shape == t.shape, "[penalty] shapes \(s.shape) and \(t.shape) differ")
    if let total = totalOfPairs(student: s, teacher: t, offDiagonal: offDiagonal) {
      return divisor == 1 ? total : total / Tensor(divisor)
    }
    let (kind, δ) = kernelArguments
    let (u, v) = (s.detached, t.detached)
    let diagonal = offDiagonal ? stride(from: 0, to: s.count, by: s.shape[0] + 1) : nil
    let kernels = kernels.relations
    var sum = Parallel.sumOfElementwiseParts(of: s.count) { start, count in
      kernels.penalties(count, u.pointer + start, v.pointer + start, kind, δ, 1, nil)
    }
    if let diagonal {
      for i in diagonal {
        sum -= kernels.penalties(1, u.pointer + i, v.pointer + i, kind, δ, 1, nil)
      }
    }
    let divisor = Tensor.Scalar(divisor)
    return Tensor(Tensor.Scalar(sum) / divisor).computed(from: [s]) { dy in
      let factor = dy.scalar / divisor
      return [
        Tensor.constant(shape: u.shape) { ds in
          Parallel.forEachElementwisePart(of: u.count) { start, count in
            _ = kernels.penalties(
              count, u.pointer + start, v.pointer + start, kind, δ, factor, ds + start)
          }
          if let diagonal { for i in diagonal { ds[i] = 0 } }
        }
      ]
    }
  }

  /// The kernels' name for it, and δ.
  var kernelArguments: (PenaltyKind, Float) {
    switch self {
    case .square: (PENALTY_SQUARE, 0)
    case .absolute: (PENALTY_ABSOLUTE, 0)
    case .huber(let δ): (PENALTY_HUBER, Float(δ))
    }
  }
}
