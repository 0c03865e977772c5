public import Tensors

/// The divisor of the sum over the entries of a relation.
///
/// An entry is distinct if all its indices differ: it is off the diagonal of an N×N matrix, or it relates
/// three different examples in an N×N×N stack. If entries do not relate examples, all are distinct.
public enum Reduction: String, Codable, CaseIterable, Hashable, Sendable {
  /// The mean over all entries, the trivial ones included. Published code computes this.
  case all
  /// The mean over the distinct entries.
  case distinct
  /// The sum over the distinct entries. Papers write this.
  case sum
}

extension Reduction {
  /// Reduces the penalties of all entries of a value of this kind. The result is 0 if none counts.
  func callAsFunction(
    _ penalty: Penalty, student: Tensor, teacher: Tensor, kind: TensorKind
  ) -> Tensor {
    let shape = student.shape
    guard self != .all, kind.relatesExamples else {
      let divisor = self == .sum ? 1 : Double(max(student.count, 1))
      return penalty.total(student: student, teacher: teacher, dividedBy: divisor)
    }
    if shape.count == 2 {
      return penalty.total(
        student: student, teacher: teacher, offDiagonal: true, dividedBy: divisor(of: shape))
    }
    let distinct = ComparedEntries(shape: shape, kind: kind, reduction: self).indices
    let mask = Tensor(shape: shape) { mask in
      mask.initialize(repeating: 0)
      for entry in distinct { mask[entry] = 1 }
    }
    return self(
      distinct: (penalty(student - teacher) * mask).sum(), others: 0, shape: shape)
  }

  /// Reduces penalties that were summed elsewhere.
  ///
  /// - Parameters:
  ///   - distinct: The sum over the distinct entries, a scalar.
  ///   - others: The sum over the other entries, which has no gradient.
  ///   - shape: The shape of the relation's value, N×N or N×…×N.
  /// - Returns: A scalar.
  public func callAsFunction(distinct: Tensor, others: Double, shape: [Int]) -> Tensor {
    switch self {
    case .all: (distinct + Tensor(others)) / Tensor(divisor(of: shape))
    case .distinct: distinct / Tensor(divisor(of: shape))
    case .sum: distinct
    }
  }

  /// The divisor for a relation's value of this shape, N×N or N×…×N.
  private func divisor(of shape: [Int]) -> Double {
    let n = Double(shape.first ?? 1)
    return switch self {
    case .all: max(Double(shape.reduce(1, *)), 1)
    case .distinct: max(shape.indices.reduce(1) { $0 * max(n - Double($1), 0) }, 1)
    case .sum: 1
    }
  }
}
