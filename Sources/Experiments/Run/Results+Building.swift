import Distillation
import Training

extension Results {
  /// The results of a run that has ended.
  init(of experiment: Experiment, _ state: RunState) {
    let recipe = experiment.recipe
    self.init(recipe: recipe)
    let parts = Dictionary(grouping: state.teachers) { $0.learner.teacherIndex ?? 0 }
    let indices = parts.keys.sorted()
    let teachers = indices.compactMap { index -> Teacher? in
      var teacher = parts[index].flatMap { Teacher(of: $0, seeds: recipe.seeds) }
      if indices.count > 1 { teacher?.name = recipe.nameOfTeacher(index) }
      return teacher
    }
    teacher = teachers.first
    if teachers.count > 1 { self.teachers = teachers }
    files = experiment.files
    rows = experiment.rows.enumerated().map { index, row in
      let all = state.students.map { $0.value }.filter { $0.row == row.name && $0.weight == nil }
      let students = all.filter { $0.divergence == nil }
      let divergences = all.compactMap { $0.divergence }
      let names = Set(students.flatMap { $0.metrics.keys })
      let choice = state.choice(of: row, by: recipe.validation)
      return Row(
        name: row.name,
        formula: choice == nil && !row.weights.isEmpty
          ? recipe.rows[index].loss : row.loss(weight: choice?.weight).formula,
        network: row.network.name,
        parameters: experiment.initialStudent(of: row, seed: 0).weights.parameterCount,
        teacher: teachers.count + (files?.count ?? 0) > 1 || recipe.rows[index].taughtBy != nil
          ? row.teachers.isEmpty
            ? nil : row.teachers.map(experiment.name(of:)).joined(separator: ", ") : nil,
        classifier: row.classifier.map { experiment.name(of: row.teachers[$0.teacher]) },
        start: row.startingPoint, choice: choice,
        metrics: Dictionary(
          uniqueKeysWithValues: names.map { name in
            let having = students.filter { $0.metrics[name] != nil }
            return (
              name,
              Metric(
                having.compactMap { $0.metrics[name] },
                seeds: having.count < recipe.seeds.count ? having.map { $0.seed } : nil)
            )
          }),
        history: students.map { History(seed: $0.seed, epochs: $0.history) },
        seconds: students.flatMap { $0.history }.reduce(0) { $0 + $1.seconds },
        warnings: students.flatMap { student in
          student.history.balanceWarnings.map { "seed \(student.seed): \($0)" }
        },
        divergences: divergences.isEmpty ? nil : divergences)
    }
    for (index, row) in rows.enumerated().dropFirst() {
      for name in row.metrics.keys {
        let difference = difference(of: row, to: rows.first, in: name)
        rows[index].metrics[name]?.differenceToFirst = difference.map {
          Difference(mean: $0.mean, standardError: $0.standardError)
        }
      }
    }
  }
}

extension Results.Teacher {
  /// A teacher, or the teachers of each seed: their metrics are means over the seeds of the students, and the
  /// epochs are those of the first.
  fileprivate init?(
    of all: [(learner: Learner, teacher: RunState.Teacher)], seeds: [UInt64]
  ) {
    let all = all.filter { $0.teacher.problem == nil }
    guard let first = all.first else { return nil }
    self = first.teacher.summary
    let ofSeeds = seeds.compactMap { seed in all.first { $0.learner.seed == seed } }
    guard let summary = ofSeeds.first?.teacher.summary else { return }
    self = summary
    if ofSeeds.count < seeds.count { self.seeds = ofSeeds.compactMap { $0.learner.seed } }
    let values = summary.metrics.keys.map { name in
      (name, ofSeeds.compactMap { $0.teacher.summary.metrics[name] })
    }
    metrics = Dictionary(uniqueKeysWithValues: values.map { ($0, Summary($1).mean) })
    self.values = Dictionary(uniqueKeysWithValues: values)
    seconds = all.reduce(0) { $0 + $1.teacher.summary.seconds }
  }
}

extension Experiment.Row {
  /// The loss with one of the row's weights; the first loss if there is no weight to choose.
  func loss(weight: Double?) -> LossGraph {
    losses[weight.flatMap { weights.firstIndex(of: $0) } ?? 0]
  }
}
