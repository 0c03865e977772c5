public import Tensors

/// The tokens of both networks that count, example by example: for relations within each example, T×T of
/// every head, of which only one at a time is held on each core.
///
///     let tokens = try TokenPairs(student.tokens("tokens", for: name), teacher.tokens("tokens", for: name))
///     let sum = tokens.sum { s, t in Penalty.square.total(student: s.gram, teacher: t.gram) }
public struct TokenPairs: Sendable {
  private let student, teacher: TokenRows
  private let heads: Int

  /// Pairs the tokens of the student's output with those of the teacher's.
  ///
  /// - Parameters:
  ///   - student: The student's tokens.
  ///   - teacher: As many tokens of the teacher, of any width.
  ///   - grid: If this is not 0, the tokens of each example are a square picture, row by row, and are
  ///     averaged to grid×grid tokens in both networks, which may have other numbers of them; `nil` if the part
  ///     has no such parameter.
  ///   - heads: Into how many parts of equal width each token is cut.
  ///   - part: The part of a loss that compares them, for errors.
  /// - Throws: ``DistillationError`` if the networks have other numbers of tokens without a grid, if the grid
  ///   does not fit on the tokens, or if a width is no multiple of `heads`.
  public init(
    _ student: TokenRows, _ teacher: TokenRows, grid: Int? = nil, heads: Int = 1, for part: String
  ) throws {
    var (s, t) = (student, teacher)
    if let size = grid, size > 0 {
      let grid = TokenGrid(size: size)
      s = try student.resampled(on: grid, beside: teacher, for: part, of: .student)
      t = try teacher.resampled(on: grid, beside: student, for: part, of: .teacher)
    }
    (self.student, self.teacher, self.heads) = (s, t, heads)
    guard s.shape[..<2] == t.shape[..<2] else {
      throw DistillationError.unequalShapes(
        grid == nil ? part : "\(part) without a 'grid'", student: s.shape, teacher: t.shape)
    }
    for (tokens, role) in [(s, Role.student), (t, .teacher)]
    where !tokens.shape[2].isMultiple(of: heads) {
      throw DistillationError.unfit(
        part, takes: "tokens N×T×D whose D is a multiple of \(heads)", shapes: [tokens.shape],
        of: role)
    }
  }

  /// How many tokens of each example count.
  public var counts: [Int] { student.examples.map { $0.count } }

  /// The sum of a loss over all examples and heads.
  ///
  /// Each part is computed with its gradient before the next one begins, on as many cores as there are. The
  /// sum has the same bits for any number of cores. Examples without tokens have no part.
  ///
  /// - Parameter part: The loss of one head of an example, a scalar, from the student's tokens k×d and the
  ///   teacher's k×d′.
  /// - Returns: The sum, with the gradient at the student's tokens.
  public func sum(of part: @Sendable (_ student: Tensor, _ teacher: Tensor) -> Tensor) -> Tensor {
    let (s, t, heads) = (student.rows, teacher.rows.detached, heads)
    let examples = student.examples.filter { !$0.isEmpty }
    var sums = [Double](repeating: 0, count: examples.count * heads)
    let slopes = Tensor.constant(shape: s.shape) { ds in
      // Each part has its own sum and its own rows and columns of the gradient.
      nonisolated(unsafe) let ds = ds
      sums.withUnsafeMutableBufferPointer { sums in
        nonisolated(unsafe) let sums = sums
        Parallel.forEach(sums.count) { index in
          let (rows, head) = (examples[index / heads], index % heads)
          let own = s.head(head, of: heads, rows)
          let other = t.head(head, of: heads, rows)
          if s.isConstant {
            sums[index] = Double(part(own, other).scalar)
          } else {
            let (value, slope) = valueWithGradient(at: own) { part($0, other) }
            sums[index] = Double(value.scalar)
            slope.copy(toHead: head, of: heads, rows, in: ds, width: s.shape[1])
          }
        }
      }
    }
    return Tensor(sums.reduce(0, +)).computed(from: [s]) { [$0 * slopes] }
  }
}

extension Outputs {
  /// How many scalars a term holds that sums over the examples of an output of tokens: its gradient, and
  /// on each core some matrices T×T.
  public func scalarsOfTokens(_ name: OutputName) -> Int {
    guard let shape = try? self[name].shape, shape.count == 3 else { return 0 }
    return Layout(shape).count + 8 * Parallel.threads * Layout([shape[1], shape[1]]).count
  }
}

extension Tensor {
  /// Some rows of one head, of which each row of this matrix has several side by side.
  fileprivate func head(_ head: Int, of heads: Int, _ rows: Range<Int>) -> Tensor {
    let (width, own) = (shape[1], shape[1] / heads)
    return Tensor.constant(shape: [rows.count, own]) { y in
      withUnsafeBufferPointer { x in
        guard let first = x.baseAddress else { return }
        // The rows are short: a loop is faster than a call for each of them.
        for (index, row) in rows.enumerated() {
          let (from, to) = (first + row * width + head * own, y + index * own)
          for k in 0..<own { to[k] = from[k] }
        }
      }
    }
  }

  /// Writes these numbers to the place of some rows of one head.
  fileprivate func copy(
    toHead head: Int, of heads: Int, _ rows: Range<Int>, in y: UnsafeMutablePointer<Scalar>,
    width: Int
  ) {
    let own = width / heads
    withUnsafeBufferPointer { x in
      guard let first = x.baseAddress else { return }
      for (index, row) in rows.enumerated() {
        let (from, to) = (first + index * own, y + row * width + head * own)
        for k in 0..<own { to[k] = from[k] }
      }
    }
  }
}
