import Distillation
import Training

extension Results {
  /// The results of a run that has ended.
  init(of experiment: Experiment, _ state: RunState) {
    let recipe = experiment.recipe
    self.init(recipe: recipe)
    var teachers = state.teachers.sorted { $0.key < $1.key }.map { $0.value.summary }
    if teachers.count > 1 {
      for (place, index) in state.teachers.keys.sorted().enumerated() {
        teachers[place].name = recipe.nameOfTeacher(index)
      }
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

extension Experiment.Row {
  /// The loss with one of the row's weights; the first loss if there is no weight to choose.
  func loss(weight: Double?) -> LossGraph {
    losses[weight.flatMap { weights.firstIndex(of: $0) } ?? 0]
  }
}
