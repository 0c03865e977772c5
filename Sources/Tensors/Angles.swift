import CKernels

extension Tensor {
  /// ψ_abc = ⟨u_ab, u_ac⟩ with u_ab = (x_b − x_a) / ‖x_b − x_a‖, for the rows of an N×D matrix: the
  /// cosine of the angle at a between b and c, N×N×N. An edge no longer than 10⁻¹² of the largest
  /// number is zero. A tensor that is no matrix traps.
  ///
  /// Written as the formula is, to compare with: it holds N²·D numbers.
  /// ``anglePenalty(student:teacher:_:)`` holds N² and is what to use in a loss.
  public var angleCosines: Tensor {
    require(rank == 2, "[angles] shape \(shape) is not a matrix")
    let (n, d, x) = (shape[0], shape[1], atUnitScale())
    let u = (x.reshaped([1, n, d]) - x.reshaped([n, 1, d])).normalized()
    return Tensor.matmul(u, u, transposingSecond: true)
  }

  /// Some of the N×N×N entries of ``angleCosines``, by their index in row-major order: a vector.
  public func angleCosines(at entries: [Int]) -> Tensor {
    require(rank == 2, "[angles] shape \(shape) is not a matrix")
    let (n, x) = (shape[0], atUnitScale())
    let vertices = x.rows(entries.map { $0 / (n * n) })
    let b = (x.rows(entries.map { $0 / n % n }) - vertices).normalized()
    let c = (x.rows(entries.map { $0 % n }) - vertices).normalized()
    return (b * c).sum(axis: 1)
  }

  /// The penalties of the differences between the student's and the teacher's cosines: their sum over
  /// all triples of three different rows, with a gradient for the student, and beside it the constant
  /// sum over b = c, for which a cosine is 1, or 0 if an edge has no length.
  ///
  /// The cosines are streamed and never held: docs/kernels/angle.md. The rows of the teacher, a
  /// constant, may have another length. Unequal numbers of rows trap.
  public static func anglePenalty(
    student: InnerProducts, teacher: InnerProducts, _ penalty: Penalty
  ) -> (distinct: Tensor, others: Double) {
    require(
      student.rows.shape[0] == teacher.rows.shape[0],
      "[angles] shapes \(student.rows.shape) and \(teacher.rows.shape) have unequal rows")
    let n = student.rows.shape[0]
    guard n > 1 else { return (0, 0) }
    if let s = student.longDistances, let t = teacher.longDistances, !s.isNear(t) {
      let angles = Angles(n, student: s.edges, teacher: t.edges, penalty)
      let distinct = angles.distinct.computed(from: [s]) { dy in
        [angles.derivatives.scaled(by: 2 * dy.scalar)]
      }
      return (distinct, angles.others)
    }
    let s = CenteredRows(student.rows, scaled: true)
    let t = CenteredRows(teacher.rows, scaled: true)
    let angles =
      s.changes(from: t).map {
        Angles(n, student: s.edges, teacher: $0.edges, isNear: true, penalty)
      } ?? Angles(n, student: s.edges, teacher: t.edges, penalty)
    let distinct = angles.distinct.computed(from: [student.rows]) { dy in
      [s.gradient(angles.derivatives, factor: 2 * Double(dy.scalar))]
    }
    return (distinct, angles.others)
  }
}

/// The sums of the penalties, and the derivative by the student's squared distances.
private struct Angles {
  /// Half the derivative: each pair b < c counts once.
  let derivatives: Tensor
  let distinct: Tensor
  let others: Double

  /// The tensors that the edges between the n rows are read from must outlive the call.
  init(_ n: Int, student: Edges, teacher: Edges, isNear: Bool = false, _ penalty: Penalty) {
    let (kind, δ) = penalty.kernelArguments
    let kernels = kernels.relations
    // Vertices in two halves: the same on any number of cores, and two matrices of derivatives.
    let halves = [0..<n / 2, n / 2..<n]
    let parts = halves.map { _ in Tensor.constant(shape: [n, n]) { _ in } }
    var sums = [Double](repeating: 0, count: 4)
    sums.withUnsafeMutableBufferPointer { sums in
      guard let sums = sums.baseAddress else { return }
      Parallel.forEach(halves.count, work: n * n * n) { half in
        let scratch = Storage(count: kernels.angleScratchCount(n))
        kernels.angles(
          n, student, teacher, isNear ? 1 : 0, kind, δ, halves[half].lowerBound,
          halves[half].upperBound, sums + 2 * half, parts[half].storage.pointer, scratch.pointer)
      }
    }
    // The sum takes the place of the first matrix; the second is not kept.
    derivatives = parts[0]
    let elementwise = Tensors.kernels.elementwise
    Parallel.forEachElementwisePart(of: n * n) { start, count in
      elementwise.accumulate(
        count, parts[1].pointer + start, parts[0].storage.pointer + start)
    }
    distinct = Tensor(2 * (sums[0] + sums[2]))
    others = sums[1] + sums[3]
  }
}

extension Tensor {
  /// Squared distances as the kernel reads them, valid while `self` lives. It reads no residual of
  /// long ones.
  fileprivate var edges: Edges { Edges(squared: pointer, residual: pointer, smallest: 0) }

  /// How many times larger these squared distances are than the teacher's, on average.
  fileprivate func ratio(to teacher: Tensor) -> Double { total / teacher.total }

  /// Whether these squared distances differ so little from the teacher's, up to scale, that the
  /// rounding of either would show in the differences of their angles: by 2⁻⁵ of their size.
  fileprivate func isNear(_ teacher: Tensor) -> Bool {
    let (kernels, ratio) = (kernels.elementwise, ratio(to: teacher))
    func product(_ x: Tensor, _ y: Tensor) -> Double {
      Parallel.sumOfElementwiseParts(of: count) {
        kernels.dot($1, x.pointer + $0, y.pointer + $0)
      }
    }
    let own = product(self, self)
    let both = product(self, teacher), others = product(teacher, teacher)
    return own - 2 * ratio * both + ratio * ratio * others <= 0x1p-10 * own
  }
}

extension CenteredRows {
  /// Squared distances and residuals as the kernel reads them, valid while `self` lives.
  fileprivate var edges: Edges {
    Edges(
      squared: squared.pointer, residual: (residual ?? squared).pointer, smallest: 0x1p-80)
  }

  /// The differences of the squared distances from the teacher's, scaled to the same mean, if they are
  /// small and more exact than the teacher's distances; `nil` otherwise.
  fileprivate func changes(from teacher: CenteredRows) -> Tensor? {
    guard squared.isNear(teacher.squared) else { return nil }
    let (n, ratio) = (squared.shape[0], squared.ratio(to: teacher.squared))
    var isUseful = false
    let changes = Tensor.constant(shape: [n, n]) {
      isUseful = kernels.relations.angleChanges(n, edges, teacher.edges, ratio, $0) != 0
    }
    return isUseful ? changes : nil
  }
}
