public import Tensors

/// How far the student's relation is from the teacher's: the paper's ℓ.
///
/// Both have one shape, and the result is a scalar. The teacher is a constant: no gradient
/// reaches it.
public protocol Matcher: Named {
  /// The tensors that it takes; anything else is an error of whoever composed it.
  var accepts: TensorKind { get }

  /// The ε that the method itself adds to a divisor which may be 0, as of a
  /// ``Relation/smallestDivisor``; `nil` unless stated.
  var smallestDivisor: Double? { get }

  func callAsFunction(student: Tensor, teacher: Tensor) -> Tensor
}

extension Matcher {
  public var accepts: TensorKind { .any }

  public var smallestDivisor: Double? { nil }
}

/// A matcher that compares entry by entry: the sum of ℓ(s − t), divided as its reduction says.
///
/// Alone, it counts every entry; in a match, the relation says which of them relate examples.
public protocol ElementwiseMatcher: Matcher {
  var penalty: Penalty { get }
  var reduction: Reduction { get }

  /// How many entries, chosen by chance anew each step, are compared in place of all of them; all
  /// where there is no number.
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
/// After the relation `transposed` it is asked for the columns of what was to be transposed, which
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

/// A matcher that multiplies by the weight of its term itself, which saves a pass over a gradient that
/// is known already.
public protocol WeightedMatcher: Matcher {
  /// The value times a weight.
  func callAsFunction(student: Tensor, teacher: Tensor, weight: Double) -> Tensor
}

extension WeightedMatcher {
  public func callAsFunction(student: Tensor, teacher: Tensor) -> Tensor {
    self(student: student, teacher: teacher, weight: 1)
  }
}
