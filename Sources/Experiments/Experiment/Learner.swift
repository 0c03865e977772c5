/// A network of a run that is to be trained.
public enum Learner: Hashable, Codable, Sendable {
  /// A teacher, by its index among the recipe's teachers.
  case teacher(Int)
  /// The teacher of the students of one seed, by its index among the recipe's teachers.
  case teacherOfSeed(Int, seed: UInt64)
  /// The student that a row trains with a seed.
  case student(row: String, seed: UInt64)
  /// A student that tries one of the weights of a row.
  case candidate(row: String, weight: Double, seed: UInt64)
}

extension Learner {
  /// The row of a student; `nil` for a teacher.
  package var row: String? {
    switch self {
    case .teacher, .teacherOfSeed: nil
    case .student(let row, _), .candidate(let row, _, _): row
    }
  }

  /// The index of a teacher among the recipe's teachers; `nil` for a student.
  package var teacherIndex: Int? {
    switch self {
    case .teacher(let index), .teacherOfSeed(let index, _): index
    case .student, .candidate: nil
    }
  }

  /// The seed of a student, or of the students that a teacher teaches; `nil` if it teaches all.
  package var seed: UInt64? {
    switch self {
    case .teacher: nil
    case .student(_, let seed), .candidate(_, _, let seed), .teacherOfSeed(_, let seed): seed
    }
  }

  /// The weight that a candidate tries; `nil` for others.
  package var triedWeight: Double? {
    if case .candidate(_, let weight, _) = self { weight } else { nil }
  }
}
