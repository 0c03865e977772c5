/// A network of a run that is to be trained.
public enum Learner: Hashable, Codable, Sendable {
  /// A teacher, by its index among the recipe's teachers.
  case teacher(Int)
  /// The student that a row trains with a seed.
  case student(row: String, seed: UInt64)
  /// A student that tries one of the weights of a row.
  case candidate(row: String, weight: Double, seed: UInt64)
}

extension Learner {
  /// The row of a student; `nil` for a teacher.
  package var row: String? {
    switch self {
    case .teacher: nil
    case .student(let row, _), .candidate(let row, _, _): row
    }
  }

  /// The seed of a student; `nil` for a teacher.
  package var seed: UInt64? {
    switch self {
    case .teacher: nil
    case .student(_, let seed), .candidate(_, _, let seed): seed
    }
  }

  /// The weight that a candidate tries; `nil` for others.
  package var triedWeight: Double? {
    if case .candidate(_, let weight, _) = self { weight } else { nil }
  }
}
