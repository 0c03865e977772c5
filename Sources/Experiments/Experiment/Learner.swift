/// Who is being trained.
public enum Learner: Hashable, Codable, Sendable {
  /// By its place among the recipe's.
  case teacher(Int)
  case student(row: String, seed: UInt64)
  /// One that tries a weight of a row's.
  case candidate(row: String, weight: Double, seed: UInt64)
}

extension Learner {
  /// The row that it is a student of; `nil` of a teacher.
  package var row: String? {
    switch self {
    case .teacher: nil
    case .student(let row, _), .candidate(let row, _, _): row
    }
  }

  /// A student's seed; `nil` of a teacher.
  package var seed: UInt64? {
    switch self {
    case .teacher: nil
    case .student(_, let seed), .candidate(_, _, let seed): seed
    }
  }

  /// The weight that it tries; `nil` of all others.
  package var triedWeight: Double? {
    if case .candidate(_, let weight, _) = self { weight } else { nil }
  }
}
