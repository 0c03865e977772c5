import Distillation
import Training

extension Experiment {
  /// What a run that has come to its end has found.
  func results(of state: State) -> Results {
    var results = Results(recipe: recipe)
    var teachers = state.teachers.sorted { $0.key < $1.key }.map { $0.value.summary }
    if teachers.count > 1 {
      for (place, index) in state.teachers.keys.sorted().enumerated() {
        teachers[place].name = recipe.nameOfTeacher(index)
      }
    }
    results.teacher = teachers.first
    if teachers.count > 1 { results.teachers = teachers }
    results.rows = rows.enumerated().map { index, row in
      let all = state.students.map { $0.value }.filter { $0.row == row.name && $0.weight == nil }
      let students = all.filter { $0.divergence == nil }
      let divergences = all.compactMap { $0.divergence }
      let names = Set(students.flatMap { $0.metrics.keys })
      let choice = choice(of: row, state)
      return Results.Row(
        name: row.name,
        formula: choice == nil && !row.weights.isEmpty
          ? recipe.rows[index].loss : row.loss(choice).formula,
        network: row.network.name,
        parameters: initialStudent(of: row, seed: 0).weights.parameterCount,
        teacher: teachers.count > 1 || recipe.rows[index].taughtBy != nil
          ? row.teacher.map(name(of:)) : nil,
        choice: choice,
        metrics: Dictionary(
          uniqueKeysWithValues: names.map { name in
            let having = students.filter { $0.metrics[name] != nil }
            return (
              name,
              Results.Metric(
                having.compactMap { $0.metrics[name] },
                seeds: having.count < recipe.seeds.count ? having.map { $0.seed } : nil)
            )
          }),
        history: students.map { Results.History(seed: $0.seed, epochs: $0.history) },
        seconds: students.flatMap { $0.history }.reduce(0) { $0 + $1.seconds },
        warnings: students.flatMap { student in
          student.history.balanceWarnings.map { "seed \(student.seed): \($0)" }
        },
        divergences: divergences.isEmpty ? nil : divergences)
    }
    for (index, row) in results.rows.enumerated().dropFirst() {
      for name in row.metrics.keys {
        let difference = results.difference(of: row, to: results.rows.first, in: name)
        results.rows[index].metrics[name]?.differenceToFirst = difference.map {
          Results.Difference(mean: $0.mean, standardError: $0.standardError)
        }
      }
    }
    return results
  }

  /// What a row's teacher is called in results: its network, or the row whose student it is.
  func name(of teacher: TeacherOfRow) -> String {
    switch teacher {
    case .student(let row): return "'\(rows[row].name)'"
    case .trained(let index): return recipe.nameOfTeacher(index)
    }
  }

  /// What was tried of a row's weights, and which is taken; `nil` where it has none to choose
  /// from, has not come to the end of them, or none of them trained to the end.
  func choice(of row: Row, _ state: State) -> Results.Choice? {
    let metric = recipe.validation.metric
    let tried = state.students.filter { $0.row == row.name }.compactMap { student in
      student.weight.map {
        Results.Choice.Tried(
          weight: $0, value: student.metrics[metric], divergence: student.divergence?.problem)
      }
    }
    guard tried.count == row.weights.count,
      let value = tried.compactMap({ $0.value }).max(),
      let best = tried.first(where: { $0.value == value })
    else { return nil }
    return Results.Choice(metric: metric, tried: tried, weight: best.weight)
  }
}

extension Experiment.Row {
  /// The loss with the weight that was chosen.
  func loss(_ choice: Results.Choice?) -> LossGraph {
    losses[choice.flatMap { weights.firstIndex(of: $0.weight) } ?? 0]
  }
}
