public import Tensors

/// A relation of three or more examples. Its value of N×…×N entries need never be held.
///
/// An elementwise matcher sums its penalties as they are computed, a part of the entries at a time and
/// each part with its gradient, or it compares only some entries.
public protocol StreamedRelation: Relation<Tensor> {
  /// The number of examples that an entry relates; three unless stated.
  var order: Int { get }

  /// Some entries of the value, by their index in row-major order.
  func values(of x: Tensor, at entries: [Int]) -> Tensor

  /// How many numbers are held at once for each entry; unless stated, as many as its examples have
  /// features together.
  func numbersPerEntry(of x: Tensor) -> Int

  /// Two sums of ℓ(ψ(student) − ψ(teacher)): over the entries whose examples differ, and over the other
  /// entries, which have no gradient.
  typealias Penalties = (distinct: Tensor, others: Double)

  /// The sums over all entries, or `nil` if this is no faster than asking for their values; `nil` unless
  /// stated. Other relations of the same knowledge use the same inner products.
  func penalties(
    student: InnerProducts, teacher: InnerProducts, by penalty: Penalty
  ) -> Penalties?
}

extension StreamedRelation {
  public var order: Int { 3 }

  public func numbersPerEntry(of x: Tensor) -> Int { order * x.flattened.shape[1] }

  public func gives(_ input: TensorKind) -> TensorKind { .stack }

  public func penalties(
    student: InnerProducts, teacher: InnerProducts, by penalty: Penalty
  ) -> Penalties? { nil }

  /// None: the part of the entries that is held does not grow with their number.
  public func scalarsHeld(for inputs: [Layout]) -> Int { 0 }

  /// The whole value.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    let shape = shape(of: x)
    return values(of: x, at: Array(0..<shape.reduce(1, *))).reshaped(shape)
  }

  /// N×…×N.
  func shape(of x: Tensor) -> [Int] { [Int](repeating: x.shape[0], count: order) }

  /// Throws if its value is too large to be held.
  func checkHeld(for x: Tensor) throws {
    let count = ComparedEntries(shape: shape(of: x), kind: .stack, reduction: .all).count
    try checkCount(count, numbersEach: numbersPerEntry(of: x))
  }

  /// The value of a matcher on this relation, without ever holding the relation's value.
  ///
  /// - Parameters:
  ///   - s: The student's input.
  ///   - t: The teacher's input.
  ///   - matcher: The matcher that compares the entries.
  ///   - random: The generator that chooses entries if the matcher compares only some of them.
  ///   - products: The inner products of both inputs, computed if they are asked for.
  /// - Returns: The matcher's value.
  /// - Throws: ``DistillationError`` if the inputs do not fit or there are too many entries.
  func matched(
    student s: Tensor, teacher t: Tensor, with matcher: any ElementwiseMatcher,
    choosing random: inout Random,
    products: () throws -> (student: InnerProducts, teacher: InnerProducts)
  ) throws -> Tensor {
    let shape = shape(of: s)
    guard t.shape[0] == s.shape[0] else {
      throw DistillationError.unequalShapes(formula, student: s.shape, teacher: t.shape)
    }
    let all = ComparedEntries(shape: shape, kind: .stack, reduction: matcher.reduction)
    guard all.count < .max else { throw DistillationError.tooManyEntries(formula, all.count) }
    if let chosen = all.chosen(matcher.tuples, using: &random) {
      try checkCount(chosen.count)
      let total = total(of: matcher.penalty, student: s, teacher: t, at: chosen)
      return all.reduced(total: total, of: chosen.count)
    }
    let products = try products()
    if let (distinct, others) = self.penalties(
      student: products.student, teacher: products.teacher, by: matcher.penalty)
    {
      return matcher.reduction(distinct: distinct, others: others, shape: shape)
    }
    try checkCount(all.count)
    let total = total(of: matcher.penalty, student: s, teacher: t, at: all.indices)
    return all.reduced(total: total, of: all.count)
  }

  /// Σ ℓ(ψ(student) − ψ(teacher)) at some entries. A part of them is held at a time: its penalties and
  /// their gradient are summed before the next part is computed.
  private func total(
    of penalty: Penalty, student s: Tensor, teacher t: Tensor, at entries: some Sequence<Int>
  ) -> Tensor {
    let each = max(numbersPerEntry(of: s), numbersPerEntry(of: t), 1)
    let most = max(1, min(1 << 16, (1 << 22) / each))
    var (sum, gradient) = (0.0, nil as Tensor?)
    var (rest, part) = (entries.makeIterator(), [Int]())
    while true {
      part = []
      while part.count < most, let entry = rest.next() { part.append(entry) }
      guard !part.isEmpty else { break }
      func penalties(_ x: Tensor) -> Tensor {
        penalty.total(student: values(of: x, at: part), teacher: values(of: t, at: part))
      }
      if s.isConstant {
        sum += Double(penalties(s).scalar)
      } else {
        let (value, slope) = valueWithGradient(at: s, of: penalties)
        sum += Double(value.scalar)
        gradient = gradient.map { $0 + slope } ?? slope
      }
    }
    let slopes = gradient
    return Tensor(sum).computed(from: [s]) { dy in [slopes.map { dy * $0 }] }
  }

  private func checkCount(_ count: Int, numbersEach: Int = 1) throws {
    guard count > ComparedEntries.most / max(numbersEach, 1) else { return }
    throw DistillationError.tooManyEntries(formula, count)
  }
}
