import CKernels

extension Penalty {
  /// Σ ℓ(s − t) of two matrices of every two rows that are not held, a tile at a time; `nil` if either is
  /// held, or they are not of one form that the tiles know.
  func totalOfPairs(student s: Tensor, teacher t: Tensor, offDiagonal: Bool) -> Tensor? {
    guard let student = s.deferred?.form, let teacher = t.deferred?.form, student.isLike(teacher)
    else { return nil }
    switch student.divisor {
    case .rowLengths:
      guard self == .square else { return nil }
      return PairLengthComparison(
        student, teacher, isConstant: s.isConstant, offDiagonal: offDiagonal
      ).total
    case .rowSums: return nil
    case .none, .mean, .scalar:
      return PairEntryComparison(
        self, student, teacher, isConstant: s.isConstant, offDiagonal: offDiagonal
      ).total
    }
  }

  /// How many times y its derivative at y − z is, less as many times z, if no difference is beyond δ; `nil` if it
  /// is no multiple of the difference.
  fileprivate var slope: Double? {
    switch self {
    case .square: 2
    case .huber: 1
    case .absolute: nil
    }
  }
}

/// Σ ℓ(y − z), where y and z are functions of products or squared distances, over one number of each
/// matrix.
private struct PairEntryComparison {
  let penalty: Penalty
  let student, teacher: PairForm
  let rows: Tensor
  let omitsDiagonal: Bool
  let pass: PairPass

  init(
    _ penalty: Penalty, _ student: PairForm, _ teacher: PairForm, isConstant: Bool,
    offDiagonal: Bool
  ) {
    (self.penalty, self.student, self.teacher) = (penalty, student, teacher)
    rows = isConstant ? student.rows().detached : student.rows()
    omitsDiagonal = offDiagonal || student.origin == .squaredDistances
    pass = PairPass(
      student.origin, student: rows, teacher: teacher.rows, keepsRows: !isConstant)
  }

  /// The sums of a pass.
  private struct Sums {
    var loss = 0.0
    /// Σ ℓ′(y − z) y
    var along = 0.0
    /// The number of differences beyond δ.
    var beyond = 0.0

    init(_ sums: [Double]) { (loss, along, beyond) = (sums[0], sums[1], sums[2]) }

    /// Whether a penalty's derivative is not the same multiple of the difference for all entries.
    func isBeyond(_ penalty: Penalty) -> Bool {
      switch penalty {
      case .square: false
      case .huber: beyond > 0
      case .absolute: true
      }
    }
  }

  var total: Tensor {
    switch (student.divisor, teacher.divisor) {
    case (.mean, _): return totalOverMeans
    case (.scalar(let s), .scalar(let t)):
      let (sums, gradient) = compared(over: (s.usable, t.usable))
      let factor = -sums.along / Double(s.usable)
      return Tensor(sums.loss).computed(from: [rows, s]) { dy in
        [gradient?.scaled(by: dy.scalar), Tensor(factor * Double(dy.scalar))]
      }
    default:
      let (sums, gradient) = compared(over: (1, 1))
      return result(sums, gradient)
    }
  }

  private func result(_ sums: Sums, _ gradient: Tensor?) -> Tensor {
    Tensor(sums.loss).computed(from: [rows]) { [gradient?.scaled(by: $0.scalar)] }
  }

  /// The mean is a sum over all entries, whose gradient needs Σ ℓ′(y − z) y first. If no difference is beyond
  /// δ, it follows from the moments, and otherwise takes a pass of its own.
  private var totalOverMeans: Tensor {
    let n = tiles.count
    let entries = Double(max(n * (n - 1), 1))
    let function = student.function
    let moments = pass.sums(4) { tile, _, sums in
      function.withKernel { pass.kernels.totals(tile, $0, sums) }
    }
    let means = (moments[0] / entries, moments[1] / entries)
    let divisors = (Tensor(means.0).usable, Tensor(means.1).usable)
    guard !rows.isConstant else { return result(compared(over: divisors).sums, nil) }
    let (s, t) = (Double(divisors.0), Double(divisors.1))
    var (isKnown, along) = (
      false, (penalty.slope ?? 0) * (moments[2] / (s * s) - moments[3] / (s * t))
    )
    // The tiles of one round tell what most others are like.
    if penalty != .square, sums(over: divisors, in: [tiles.rounds[0]]).isBeyond(penalty) {
      (isKnown, along) = (true, sums(over: divisors).along)
    }
    let (sums, gradient) = compared(over: divisors, less: along / entries)
    guard sums.isBeyond(penalty), !isKnown else { return result(sums, gradient) }
    return result(sums, compared(over: divisors, less: sums.along / entries).gradient)
  }

  private var tiles: PairTiles { pass.tiles }

  private func comparison(
    over divisors: (student: Float, teacher: Float), less shift: Double,
    _ body: (PairComparison) -> Void
  ) {
    let (kind, δ) = penalty.kernelArguments
    student.function.withKernel {
      body(
        PairComparison(
          function: $0, ofStudent: divisors.student, ofTeacher: divisors.teacher, penalty: kind,
          delta: δ, shift: Float(shift), omitDiagonal: omitsDiagonal))
    }
  }

  private func sums(
    over divisors: (student: Float, teacher: Float), in rounds: [[PairTiles.Place]]? = nil
  ) -> Sums {
    Sums(
      pass.sums(3, in: rounds) { tile, _, sums in
        comparison(over: divisors, less: 0) { pass.kernels.compare(tile, $0, sums) }
      })
  }

  /// The sums, and the gradient if the rows are not a constant.
  private func compared(
    over divisors: (student: Float, teacher: Float), less shift: Double = 0
  ) -> (sums: Sums, gradient: Tensor?) {
    guard !rows.isConstant else { return (sums(over: divisors), nil) }
    let gradient = PairGradient(at: pass.student, pass.table)
    let sums = pass.sums(3) { tile, place, sums in
      comparison(over: divisors, less: shift) { pass.kernels.compare(tile, $0, sums) }
      gradient.add(tile, place)
    }
    return (Sums(sums), gradient.finished())
  }
}

extension Tensor {
  /// This divisor, or infinity if it is so small that a quotient by it counts as 0.
  fileprivate var usable: Float {
    scalar.magnitude < .leastNormalMagnitude ? .infinity : scalar
  }
}

extension PairForm.Function {
  /// Calls `body` with what the kernels know it as.
  func withKernel(_ body: (PairFunction) -> Void) {
    let (kind, coefficients): (PairFunctionKind, [Float]) =
      switch self {
      case .number: (PAIR_NUMBER, [0])
      case .polynomial(let coefficients): (PAIR_POLYNOMIAL, coefficients.map { Float($0) })
      case .length(let ε): (PAIR_LENGTH, [ε])
      }
    coefficients.withUnsafeBufferPointer {
      guard let start = $0.baseAddress else { return }
      body(PairFunction(kind: kind, count: coefficients.count, coefficients: start))
    }
  }
}
