import Training

extension Experiment {
  /// All trainings of a run in their order: the teachers that rows need and that are trained,
  /// the students that try a weight, and one student for each seed and row.
  package var learners: [Learner] {
    trainedTeachers.flatMap(learners(ofTeacher:))
      + rows.flatMap(candidates(of:))
      + recipe.seeds.flatMap { seed in rows.map { .student(row: $0.name, seed: seed) } }
  }

  /// The indices of the teachers that rows need and that are trained.
  var trainedTeachers: [Int] {
    teachers.indices.filter { isNeeded(teacher: $0) && teachers[$0].trained != nil }
  }

  /// A teacher of the recipe, or the teachers of each seed, of which those that choose weights come first.
  func learners(ofTeacher index: Int) -> [Learner] {
    guard teachers[index].settings.seed == .each else { return [.teacher(index)] }
    let own = rows.filter { $0.teachers.contains(.trained(index)) }
    let choosing = own.contains { !$0.weights.isEmpty } ? recipe.validation.allSeeds : []
    let seeds = choosing + recipe.seeds.filter { !choosing.contains($0) }
    return seeds.map { .teacherOfSeed(index, seed: $0) }
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
      teacher.teacherIndex.map { teachers[$0].trained != nil } ?? true
    }
    guard let row = row(of: learner)?.row else { return trained }
    guard let weight = learner.triedWeight else { return trained + candidates(of: row) }
    let before = row.grid.before(weight)
    return trained
      + candidates(of: row).filter { $0.triedWeight.map(before.contains) ?? false }
  }

  /// The learners whose outputs another one reads, in the order of its teachers.
  func teachers(of learner: Learner) -> [Learner] {
    guard let (row, seed) = row(of: learner) else { return [] }
    return row.teachers.map { teacher in
      switch teacher {
      case .trained(let index):
        teachers[index].settings.seed == .each
          ? .teacherOfSeed(index, seed: seed) : .teacher(index)
      case .student(let index): .student(row: rows[index].name, seed: seed)
      }
    }
  }

  /// The row and the seed of a student; `nil` for a teacher.
  func row(of learner: Learner) -> (row: Row, seed: UInt64)? {
    guard let name = learner.row, let seed = learner.seed else { return nil }
    return rows.first { $0.name == name }.map { ($0, seed) }
  }

  /// The row of a student, with the images of its seed.
  func drawnRow(of learner: Learner) throws -> Row? {
    guard let (shared, seed) = row(of: learner) else { return nil }
    var row = shared
    guard recipe.data.seed == .each else { return row }
    row.images = try data.images(for: row.settings.training, seed: seed)
    if row.validation != nil {
      row.validation = try data.validationImages(
        beside: row.settings.training, of: recipe, seed: seed)
    }
    return row
  }

  /// The images that a teacher is trained on.
  func images(ofTeacher learner: Learner) throws -> ImageDataSet? {
    guard let index = learner.teacherIndex else { return nil }
    guard recipe.data.seed == .each, let seed = learner.seed else { return teachers[index].images }
    return try data.images(for: teachers[index].settings.training, seed: seed)
  }
}
