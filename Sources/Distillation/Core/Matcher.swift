public import Tensors

/// The distance of the student's relation from the teacher's: the paper's ℓ.
///
/// Both have one shape, and the result is a scalar. The teacher is a constant: no gradient
/// reaches it.
public protocol Matcher: Named {
  /// The tensors that it takes; any unless stated. A loss that gives it others is refused.
  var accepts: TensorKind { get }

  /// The ε that the method itself adds to a divisor that may be 0, as in
  /// ``/Distillation/Relation/smallestDivisor``; `nil` unless stated.
  var smallestDivisor: Double? { get }

  /// Whether it is 0 if both values are the same single number; `true` unless stated.
  ///
  /// A relation among examples is such a number for a batch of one, so that
  /// ``/Distillation/NamedTerm/isZeroForOneExample`` follows from it.
  var isZeroForOneNumber: Bool { get }

  /// The distance of the student's value from the teacher's, a scalar. Both values have one shape.
  func callAsFunction(student: Tensor, teacher: Tensor) -> Tensor
}

extension Matcher {
  public var accepts: TensorKind { .any }

  public var smallestDivisor: Double? { nil }

  public var isZeroForOneNumber: Bool { true }
}

/// A matcher that compares entry by entry: the sum of ℓ(s − t), divided as its reduction says.
///
/// Alone, it counts every entry; in a match, the relation says which of them relate examples.
public protocol ElementwiseMatcher: Matcher {
  /// ℓ, the penalty of a difference.
  var penalty: Penalty { get }
  /// The divisor of the sum over entries.
  var reduction: Reduction { get }

  /// How many entries, drawn by chance at each step, are compared in place of all; all if it is `nil`.
  ///
  /// The value is then an unbiased estimate. Student and teacher are compared at the same entries.
  var tuples: Int? { get }
}

extension ElementwiseMatcher {
  public var tuples: Int? { nil }

  public func callAsFunction(student: Tensor, teacher: Tensor) -> Tensor {
    reduction(penalty, student: student, teacher: teacher, kind: .any)
  }
}

/// A matcher that compares vector by vector: the rows of two matrices.
///
/// After the relation `transposed`, it compares the columns of the matrix that was to be transposed. This
/// saves the copies.
public protocol VectorMatcher: Matcher {
  /// Compares the vectors along an axis: 1 for rows, 0 for columns.
  func callAsFunction(student: Tensor, teacher: Tensor, axis: Int) -> Tensor
}

extension VectorMatcher {
  public var accepts: TensorKind { .matrix }

  public func callAsFunction(student: Tensor, teacher: Tensor) -> Tensor {
    self(student: student, teacher: teacher, axis: 1)
  }
}

/// A matcher that multiplies by the weight of its term itself. This saves a pass over a gradient that is
/// already known.
public protocol WeightedMatcher: Matcher {
  /// The value times a weight.
  func callAsFunction(student: Tensor, teacher: Tensor, weight: Double) -> Tensor
}

extension WeightedMatcher {
  public func callAsFunction(student: Tensor, teacher: Tensor) -> Tensor {
    self(student: student, teacher: teacher, weight: 1)
  }
}
