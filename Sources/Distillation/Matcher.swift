public import Tensors

/// How far the student's relation is from the teacher's: the paper's ℓ.
///
/// Both have one shape, and the result is a scalar. The teacher is a constant: no gradient
/// reaches it.
public protocol Matcher: Component {
  /// The tensors that it takes; anything else is an error of whoever composed it.
  var accepts: TensorKind { get }

  func callAsFunction(student: Tensor, teacher: Tensor) -> Tensor
}

extension Matcher {
  public var accepts: TensorKind { .any }
}

/// A matcher that compares entry by entry: the sum of ℓ(s − t), divided as its reduction says.
public protocol ElementwiseMatcher: Matcher {
  var penalty: Penalty { get }
  var reduction: Reduction { get }
}

extension ElementwiseMatcher {
  public func callAsFunction(student: Tensor, teacher: Tensor) -> Tensor {
    reduction(penalty(student - teacher))
  }
}

/// What the sum over the entries of a relation is divided by.
///
/// An entry is distinct when all its indices differ: off the diagonal of an N×N matrix, three
/// different examples in an N×N×N stack.
public enum Reduction: String, Codable, CaseIterable, Hashable, Sendable {
  /// The mean over all entries, the trivial ones included: what published code computes.
  case all
  /// The mean over the distinct entries.
  case distinct
  /// The sum over the distinct entries: what papers write.
  case sum
}

extension Reduction {
  /// Reduces the penalties of all entries. Where there are none to count, the result is 0.
  public func callAsFunction(_ penalties: Tensor) -> Tensor {
    switch self {
    case .all: penalties.mean()
    case .distinct: (penalties * mask(penalties.shape)).sum() / divisor(penalties.shape)
    case .sum: (penalties * mask(penalties.shape)).sum()
    }
  }

  /// Reduces penalties that were summed elsewhere: over the distinct entries of a relation of this
  /// shape, and over the others.
  public func callAsFunction(distinct: Tensor, others: Double, shape: [Int]) -> Tensor {
    (self == .all ? distinct + Tensor(others) : distinct) / divisor(shape)
  }

  /// 1 at each distinct entry of an N×N or N×N×N tensor, 0 elsewhere; 1 at each entry of any other.
  private func mask(_ shape: [Int]) -> Tensor {
    guard Self.relatesExamples(shape) else { return 1 }
    let (n, rank) = (shape[0], shape.count)
    return Tensor(shape: shape) { mask in
      for i in mask.indices {
        let (a, b, c) = (i / (n * n), i / n % n, i % n)
        mask[i] = b != c && (rank == 2 || (a != b && a != c)) ? 1 : 0
      }
    }
  }

  /// What the sum is divided by, for a relation of this shape; at least 1.
  public func divisor(_ shape: [Int]) -> Tensor {
    let count = Double(shape.reduce(1, *))
    let n = Double(shape.first ?? 1)
    let divisor =
      switch self {
      case .all: count
      case .distinct where !Self.relatesExamples(shape): count
      case .distinct: shape.count == 2 ? n * (n - 1) : n * (n - 1) * (n - 2)
      case .sum: 1.0
      }
    return Tensor(max(divisor, 1))
  }

  private static func relatesExamples(_ shape: [Int]) -> Bool {
    (2...3).contains(shape.count) && Set(shape).count == 1
  }
}
