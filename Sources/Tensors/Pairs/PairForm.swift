/// The parts of a matrix of every two rows: f(xᵢⱼ) over a divisor, where xᵢⱼ is the inner product or
/// the squared distance of two rows.
struct PairForm: Sendable {
  enum Origin: Hashable, Sendable {
    case products
    case squaredDistances
  }

  enum Function: Hashable, Sendable {
    case number
    case polynomial([Double])
    /// max(√x, ε), and 0 on the diagonal.
    case length(epsilon: Float)
  }

  enum Divisor: Sendable {
    case none
    /// The lengths of the rows of the matrix.
    case rowLengths
    /// The sums of its rows, after an offset is added to every number.
    case rowSums(adding: Double)
    /// The mean off the diagonal.
    case mean
    case scalar(Tensor)

    /// Whether both networks' matrices are divided in one way.
    func isLike(_ other: Divisor) -> Bool {
      switch (self, other) {
      case (.none, .none), (.rowLengths, .rowLengths), (.mean, .mean), (.scalar, .scalar): true
      case (.rowSums(let offset), .rowSums(let other)): offset == other
      default: false
      }
    }
  }

  /// The number of rows.
  let count: Int
  /// The rows, N×D. They are made anew each time, so that nobody holds them in between.
  let rows: @Sendable () -> Tensor
  let origin: Origin
  private(set) var function = Function.number
  private(set) var divisor = Divisor.none

  init(_ origin: Origin, ofRows count: Int, _ rows: @escaping @Sendable () -> Tensor) {
    (self.origin, self.count, self.rows) = (origin, count, rows)
  }

  /// This form with a function of every number, if there is none yet.
  func mapped(by function: Function) -> PairForm? {
    guard case .none = divisor, case .number = self.function else { return nil }
    if case .length = function, origin != .squaredDistances { return nil }
    var form = self
    form.function = function
    return form
  }

  /// This form with a divisor, if that is one that the tiles know.
  func divided(by divisor: Divisor) -> PairForm? {
    guard case .none = self.divisor else { return nil }
    switch divisor {
    case .rowLengths, .rowSums: guard origin == .products, function == .number else { return nil }
    case .mean: guard origin == .squaredDistances else { return nil }
    case .scalar, .none: break
    }
    var form = self
    form.divisor = divisor
    return form
  }

  /// Whether both networks' matrices are made in one way.
  func isLike(_ other: PairForm) -> Bool {
    count == other.count && origin == other.origin && function == other.function
      && divisor.isLike(other.divisor)
  }
}
