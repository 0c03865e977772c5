import Distillation

extension Experiment {
  /// What a run that has come to its end has found.
  func results(of state: State) -> Results {
    var results = Results(recipe: recipe)
    let teachers = state.teachers.sorted { $0.key < $1.key }.map { $0.value.summary }
    results.teacher = teachers.first
    if teachers.count > 1 { results.teachers = teachers }
    let first = rows.first.map { students(of: $0, state) } ?? []
    results.rows = rows.enumerated().map { index, row in
      let students = students(of: row, state)
      let names = Set(students.flatMap { $0.metrics.keys })
      func values(_ name: String, _ students: [State.Student]) -> [Double] {
        students.compactMap { $0.metrics[name] }
      }
      let choice = choice(of: row, state)
      return Results.Row(
        name: row.name, formula: row.loss(choice).formula, network: row.network.name,
        parameters: initialStudent(of: row, seed: 0).weights.parameterCount,
        teacher: teachers.count > 1 || recipe.rows[index].taughtBy != nil
          ? row.teacher.map(name(of:)) : nil,
        choice: choice,
        metrics: Dictionary(
          uniqueKeysWithValues: names.map { name in
            (
              name,
              Results.Metric(
                values(name, students), first: index == 0 ? nil : values(name, first))
            )
          }),
        history: students.map { Results.History(seed: $0.seed, epochs: $0.history) },
        seconds: students.flatMap { $0.history }.reduce(0) { $0 + $1.seconds },
        warnings: students.flatMap { student in
          student.history.balanceWarnings.map { "seed \(student.seed): \($0)" }
        })
    }
    return results
  }

  private func students(of row: Row, _ state: State) -> [State.Student] {
    state.students.map { $0.value }.filter { $0.row == row.name && $0.weight == nil }
  }

  /// What a row's teacher is called in results: its network, or the row whose student it is.
  func name(of teacher: TeacherOfRow) -> String {
    switch teacher {
    case .student(let row): return "'\(rows[row].name)'"
    case .trained(let index):
      let name = teachers[index].network.name
      let alike = teachers[..<index].count { $0.network.name == name }
      return alike == 0 ? name : "\(name), number \(alike + 1)"
    }
  }

  /// What was tried of a row's weights, and which is taken; `nil` where it has none to choose
  /// from, has not come to the end of them, or none of them trained to the end.
  func choice(of row: Row, _ state: State) -> Results.Choice? {
    let metric = recipe.validation.metric
    let tried = state.students.filter { $0.row == row.name }.compactMap { student in
      student.weight.map {
        Results.Choice.Tried(weight: $0, value: student.metrics[metric])
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
