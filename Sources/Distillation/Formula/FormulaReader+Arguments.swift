extension FormulaReader {
  func configured<T: Configurable>(
    _ type: T.Type, _ step: FormulaSyntax.Step, as name: String
  ) throws -> T {
    var settings: [String: Setting] = [:]
    var columns: [String: Int] = [:]
    let names = T.standard.parameters.map { $0.name }
    for argument in step.arguments ?? [] {
      guard let label = argument.label else {
        throw error(
          "an argument of '\(name)' needs its name: \(quoted(names))", at: argument.column)
      }
      guard names.contains(label) else {
        throw error(
          """
          '\(name)' has no argument '\(label)'\(suggestion(for: label, in: names)); \
          it has \(quoted(names))
          """, at: argument.column)
      }
      guard settings.updateValue(try setting(argument.value), forKey: label) == nil else {
        throw error("'\(label)' is given twice", at: argument.column)
      }
      columns[label] = argument.value.column
    }
    do {
      return try T(settings: settings)
    } catch let problem as SettingError {
      let label = problem.path.first?.prefix { $0 != "[" } ?? ""
      throw error("\(name): \(problem)", at: columns[String(label)] ?? step.column)
    }
  }

  func setting(_ syntax: FormulaSyntax) throws -> Setting {
    switch syntax {
    case .boolean(let value, _): return .boolean(value)
    case .text(let text, _): return .text(text)
    case .none: return .none
    // All digits of a whole number count. A calculated number does not have them.
    case .number(let number, _): return number
    case .negative(.number(let number, _), _): return number.negated ?? number
    case .list(let values, _): return .list(try values.map(setting))
    case .call(let steps, _)
    where steps.count == 1 && steps[0].arguments == nil && number(syntax) == nil:
      return .text(steps[0].name)
    default:
      guard let number = number(syntax) else {
        throw error("expected a number, a word or a \"text\" in quotes", at: syntax.column)
      }
      return .number(number)
    }
  }
}
