public import Tensors

/// How far the student's relation is from the teacher's: the paper's ℓ.
///
/// Both have one shape, and the result is a scalar. The teacher is a constant: no gradient
/// reaches it.
public protocol Matcher: Component {
  /// The tensors that it takes; anything else is an error of whoever composed it.
  var accepts: TensorKind { get }

  /// The ε that the method itself adds to a divisor which may be 0, as of a
  /// ``Relation/smallestDivisor``; `nil` unless stated.
  var smallestDivisor: Double? { get }

  func callAsFunction(student: Tensor, teacher: Tensor) -> Tensor

  /// The value times a factor: one of its own saves a pass over a gradient known already.
  func _value(student: Tensor, teacher: Tensor, times factor: Double) -> Tensor

  /// Itself, where it compares entry by entry, or vector by vector. To ask for a conformance would
  /// take as long as a small loss.
  var _elementwise: (any ElementwiseMatcher)? { get }
  var _vectorwise: (any VectorMatcher)? { get }
}

extension Matcher {
  public var accepts: TensorKind { .any }

  public func _value(student: Tensor, teacher: Tensor, times factor: Double) -> Tensor {
    let value = self(student: student, teacher: teacher)
    return factor == 1 ? value : Tensor(factor) * value
  }

  public var _elementwise: (any ElementwiseMatcher)? { nil }

  public var _vectorwise: (any VectorMatcher)? { nil }

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

  public var _elementwise: (any ElementwiseMatcher)? { self }

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

  public var _vectorwise: (any VectorMatcher)? { self }

  public func callAsFunction(student: Tensor, teacher: Tensor) -> Tensor {
    self(student: student, teacher: teacher, axis: 1)
  }
}

/// What the sum over the entries of a relation is divided by.
///
/// An entry is distinct when all its indices differ: off the diagonal of an N×N matrix, three
/// different examples in an N×N×N stack. Where entries do not relate examples, all are distinct.
public enum Reduction: String, Codable, CaseIterable, Hashable, Sendable {
  /// The mean over all entries, the trivial ones included: what published code computes.
  case all
  /// The mean over the distinct entries.
  case distinct
  /// The sum over the distinct entries: what papers write.
  case sum
}

extension Reduction {
  /// Reduces the penalties of all entries of a value of this kind. Where there are none to count,
  /// the result is 0.
  func callAsFunction(
    _ penalty: Penalty, student: Tensor, teacher: Tensor, kind: TensorKind
  ) -> Tensor {
    let shape = student.shape
    guard self != .all, kind.relatesExamples else {
      let total = penalty.total(student: student, teacher: teacher)
      return self == .sum ? total : total / Tensor(Double(max(student.count, 1)))
    }
    if shape.count == 2 {
      let total = penalty.total(student: student, teacher: teacher, offDiagonal: true)
      return self(distinct: total, others: 0, shape: shape)
    }
    let distinct = Entries(shape: shape, kind: kind, reduction: self).indices
    let mask = Tensor(shape: shape) { mask in
      mask.initialize(repeating: 0)
      for entry in distinct { mask[entry] = 1 }
    }
    return self(
      distinct: (penalty(student - teacher) * mask).sum(), others: 0, shape: shape)
  }

  /// Reduces penalties that were summed elsewhere: over the distinct entries of a relation of
  /// examples with this shape, and over the others.
  public func callAsFunction(distinct: Tensor, others: Double, shape: [Int]) -> Tensor {
    let n = Double(shape.first ?? 1)
    return switch self {
    case .all: (distinct + Tensor(others)) / Tensor(max(Double(shape.reduce(1, *)), 1))
    case .distinct:
      distinct / Tensor(max(shape.indices.reduce(1) { $0 * max(n - Double($1), 0) }, 1))
    case .sum: distinct
    }
  }
}
