import CKernels

extension Tensor {
  /// ψ_abc = ⟨u_ab, u_ac⟩ with u_ab = (x_b − x_a) / ‖x_b − x_a‖, for the rows of an N×D matrix: the
  /// cosine of the angle at a between b and c, N×N×N. An edge no longer than 10⁻¹² is zero.
  ///
  /// Written as the formula is, to compare with: it holds N²·D numbers.
  /// ``anglePenalty(student:teacher:_:)`` holds N² and is what to use in a loss.
  public var angleCosines: Tensor {
    precondition(rank == 2, "[angles] shape \(shape) is not a matrix")
    let (n, d) = (shape[0], shape[1])
    let u = (reshaped([1, n, d]) - reshaped([n, 1, d])).normalized()
    return Tensor.product(u, u, transposingSecond: true)
  }

  /// Some of the N×N×N entries of ``angleCosines``, by their index in row-major order.
  public func angleCosines(at entries: [Int]) -> Tensor {
    precondition(rank == 2, "[angles] shape \(shape) is not a matrix")
    let n = shape[0]
    let vertices = rows(entries.map { $0 / (n * n) })
    let b = (rows(entries.map { $0 / n % n }) - vertices).normalized()
    let c = (rows(entries.map { $0 % n }) - vertices).normalized()
    return (b * c).sum(axis: 1).reshaped([entries.count])
  }

  /// The penalties of the differences between the student's and the teacher's cosines, summed over
  /// all triples: those of three different rows, with a gradient for the student, and beside them
  /// the constant sum over b = c, where a cosine is 1, or 0 for an edge without length.
  ///
  /// The cosines are streamed and never held: docs/kernels/angle.md. The rows of the teacher, a
  /// constant, may be of another length.
  public static func anglePenalty(
    student: Tensor, teacher: Tensor, _ penalty: Penalty
  ) -> (distinct: Tensor, others: Double) {
    precondition(
      student.rank == 2 && teacher.rank == 2 && student.shape[0] == teacher.shape[0],
      "[angles] shapes \(student.shape) and \(teacher.shape) are not matrices of as many rows")
    let n = student.shape[0]
    guard n > 1 else { return (0, 0) }
    let (s, t) = (CenteredRows(student, scaled: true), CenteredRows(teacher, scaled: true))
    let (kind, δ) = penalty.kernelArguments
    let kernels = kernels.relations
    // Vertices in two halves: the same on any number of cores, and two matrices of derivatives.
    let parts = 2
    var sums = [Double](repeating: 0, count: 2 * parts)
    let derivatives = Tensor(shape: [parts, n, n]) { derivatives in
      guard let start = derivatives.baseAddress else { return }
      sums.withUnsafeMutableBufferPointer { sums in
        guard let sums = sums.baseAddress else { return }
        Parallel.forEach(parts, work: n * n * n) { part in
          let scratch = Storage(count: kernels.angle_scratch_count(n))
          kernels.angles(
            n, s.edges, t.edges, kind, δ, part * n / parts, (part + 1) * n / parts,
            sums + 2 * part, start + part * n * n, scratch.pointer)
        }
      }
    }
    // The kernel's sum has each pair b < c once.
    let distinct = Tensor(2 * (sums[0] + sums[2])).computed(from: [student]) { dy in
      [s.gradient(derivatives, parts: parts, factor: 2 * Double(dy.scalar))]
    }
    return (distinct, sums[1] + sums[3])
  }
}

extension CenteredRows {
  /// What the kernel reads; valid while `self` lives.
  fileprivate var edges: Edges {
    Edges(
      squared: squared.pointer, residual: (residual ?? squared).pointer,
      smallest: Float(max(1e-24 * scale, 0x1p-80)))
  }
}
