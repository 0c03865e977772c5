extension Experiment {
  /// Who is being trained.
  public enum Learner: Hashable, Codable, Sendable {
    /// By its place among the recipe's.
    case teacher(Int)
    case student(row: String, seed: UInt64)
    /// One that tries a weight of a row's.
    case candidate(row: String, weight: Double, seed: UInt64)
  }

  /// All trainings of a run in their order: the teachers that rows need and that are not loaded, the
  /// students that try a weight, and a student a seed and row.
  public var learners: [Learner] {
    let trained = teachers.indices.filter { isNeeded(teacher: $0) && teachers[$0].loaded == nil }
    return trained.map { .teacher($0) }
      + rows.flatMap { row in
        row.weights.map {
          .candidate(row: row.name, weight: $0, seed: recipe.validation.seed)
        }
      }
      + recipe.seeds.flatMap { seed in rows.map { .student(row: $0.name, seed: seed) } }
  }

  /// Those of a state that has not come to them, or not to their end.
  func learnersToCome(after state: State) -> [Learner] {
    learners.filter { !state.isFinished($0) }
  }

  /// Whose outputs a learner reads; `nil` where it reads none.
  func teacher(of learner: Learner) -> Learner? {
    guard let (row, seed) = row(of: learner), let teacher = row.teacher else { return nil }
    switch teacher {
    case .trained(let index): return .teacher(index)
    case .student(let index): return .student(row: rows[index].name, seed: seed)
    }
  }

  /// The row and the seed of a student; `nil` of a teacher.
  func row(of learner: Learner) -> (row: Row, seed: UInt64)? {
    switch learner {
    case .teacher: nil
    case .student(let name, let seed), .candidate(let name, _, let seed):
      rows.first { $0.name == name }.map { ($0, seed) }
    }
  }

  /// Lets go of students who have nobody left to teach.
  func dismissTeachers(in state: inout State) {
    let needed = Set(learnersToCome(after: state).compactMap(teacher(of:)))
    state.teachingStudents = state.teachingStudents.filter { needed.contains($0.key) }
  }
}
