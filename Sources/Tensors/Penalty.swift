import CKernels

/// ℓ(e), for a difference e between the student's number and the teacher's.
public enum Penalty: Hashable, Sendable {
  /// e²
  case square
  /// |e|
  case absolute
  /// e²/2 for |e| ≤ δ, and δ(|e| − δ/2) beyond.
  case huber(delta: Double)

  public func callAsFunction(_ e: Tensor) -> Tensor {
    switch self {
    case .square: e.squared()
    case .absolute: e.absolute()
    case .huber(let δ): e.huber(delta: δ)
    }
  }

  /// Σ ℓ(s − t) over all entries, or over those off the diagonal of a square matrix: value and
  /// derivative in one pass. The teacher is a constant of the same shape.
  public func total(student s: Tensor, teacher t: Tensor, offDiagonal: Bool = false) -> Tensor {
    precondition(s.shape == t.shape, "[penalty] shapes \(s.shape) and \(t.shape) differ")
    let (kind, δ) = kernelArguments
    let part = Parallel.elementwisePart
    var sums = [Double](repeating: 0, count: (s.count + part - 1) / part)
    let derivatives = Tensor.constant(shape: s.shape) { derivatives in
      let kernels = kernels.relations
      sums.withUnsafeMutableBufferPointer { sums in
        Parallel.forEachElementwisePart(of: s.count) { start, count in
          sums[start / part] = kernels.penalties(
            count, s.pointer + start, t.pointer + start, kind, δ, derivatives + start)
        }
      }
      guard offDiagonal else { return }
      let n = s.shape[0]
      for i in stride(from: 0, to: n * n, by: n + 1) {
        var derivative = Float(0)
        sums[0] -= kernels.penalties(1, s.pointer + i, t.pointer + i, kind, δ, &derivative)
        derivatives[i] = 0
      }
    }
    return Tensor(sums.reduce(0, +)).computed(from: [s]) { [$0 * derivatives] }
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
