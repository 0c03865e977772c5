extension FormulaReader {
  /// The teacher that a call names by `teacher:`, and the call without this argument; `nil` if it names
  /// none.
  func taught(
    _ steps: [FormulaSyntax.Step]
  ) throws -> (rest: [FormulaSyntax.Step], teacher: TeacherChoice)? {
    guard let step = steps.last, let arguments = step.arguments else { return nil }
    let named = arguments.filter { $0.label == "teacher" }
    guard let argument = named.first else { return nil }
    if named.count > 1 { throw error("'teacher' is given twice", at: named[1].column) }
    let rest = FormulaSyntax.Step(
      name: step.name, column: step.column, arguments: arguments.filter { $0.label != "teacher" })
    return (steps.dropLast() + [rest], try teacher(argument.value))
  }

  private func teacher(_ syntax: FormulaSyntax) throws -> TeacherChoice {
    func wrong(_ problem: String) -> any Error { error(problem, at: syntax.column) }
    let names = teachers ?? []
    switch try setting(syntax) {
    case .text("mean"): return .mean
    case .text(let name):
      if let index = names.firstIndex(of: name) { return .number(index + 1) }
      throw wrong(
        """
        no teacher '\(name)'\(suggestion(for: name, in: names + ["mean"])); expected \(expected)
        """)
    case let setting:
      guard let number = setting.double.flatMap({ Int(exactly: $0) }), number >= 1,
        number <= teachers.map({ max($0.count, 1) }) ?? 1000
      else { throw wrong("expected \(expected)") }
      return .number(number)
    }
  }

  /// The teachers that a term may name, in words.
  private var expected: String {
    guard let teachers else { return "the number of a teacher, counted from 1, or mean" }
    guard teachers.count > 1 else { return "teacher 1, the only one" }
    let names = teachers.filter { !$0.isEmpty }
    let named = names.isEmpty ? "" : ", \(quoted(names))"
    return "a teacher from 1 to \(teachers.count)\(named) or mean"
  }
}
