extension Experiment {
  /// All trainings of a run in their order: the teachers that rows need and that are trained,
  /// the students that try a weight, and one student for each seed and row.
  package var learners: [Learner] {
    let trained = teachers.indices.filter { isNeeded(teacher: $0) && teachers[$0].trained != nil }
    return trained.map { .teacher($0) }
      + rows.flatMap(candidates(of:))
      + recipe.seeds.flatMap { seed in rows.map { .student(row: $0.name, seed: seed) } }
  }

  /// The students that try the weights of a row.
  func candidates(of row: Row) -> [Learner] {
    row.weights.flatMap { weight in
      recipe.validation.allSeeds.map { .candidate(row: row.name, weight: weight, seed: $0) }
    }
  }

  /// The learners that are trained before another one can be: its teachers, and those that choose its weight.
  func needs(of learner: Learner) -> [Learner] {
    let trained = teachers(of: learner).filter { teacher in
      guard case .teacher(let index) = teacher else { return true }
      return teachers[index].trained != nil
    }
    guard case .student = learner, let row = row(of: learner)?.row else { return trained }
    return trained + candidates(of: row)
  }

  /// The learners whose outputs another one reads, in the order of its teachers.
  func teachers(of learner: Learner) -> [Learner] {
    guard let (row, seed) = row(of: learner) else { return [] }
    return row.teachers.map { teacher in
      switch teacher {
      case .trained(let index): .teacher(index)
      case .student(let index): .student(row: rows[index].name, seed: seed)
      }
    }
  }

  /// The row and the seed of a student; `nil` for a teacher.
  func row(of learner: Learner) -> (row: Row, seed: UInt64)? {
    guard let name = learner.row, let seed = learner.seed else { return nil }
    return rows.first { $0.name == name }.map { ($0, seed) }
  }
}
