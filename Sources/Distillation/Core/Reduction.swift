public import Tensors

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
    let distinct = ComparedEntries(shape: shape, kind: kind, reduction: self).indices
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
