import Tensors

/// Makes a loss of a formula's syntax. Every name is looked up in a registry, every argument is set by
/// name, and every error has a column.
struct FormulaReader {
  let formula: String
  let registry: Registry
  /// The number that the name `weight` stands for; `nil` if the name stands for none.
  var weight: Double?
  /// The names of the teachers, if they are known.
  var teachers: [String]?

  func error(_ problem: String, at column: Int) -> DistillationError {
    .formula(FormulaError(problem: problem, formula: formula, column: column))
  }

  // MARK: - Sums

  func sum(_ syntax: FormulaSyntax) throws -> [(weight: Double, term: any LossTerm)] {
    switch syntax {
    case .sum(let summands, _): return try summands.flatMap(sum)
    case .negative(let inner, let column): return try weighted(sum(inner), by: -1, at: column)
    case .quotient(let inner, let divisor, let column):
      guard let divisor = number(divisor) else { throw error("a loss cannot divide", at: column) }
      return try weighted(sum(inner), by: 1 / divisor, at: column)
    case .product(let a, let b, let column):
      if let weight = number(a) { return try weighted(sum(b), by: weight, at: column) }
      if let weight = number(b) { return try weighted(sum(a), by: weight, at: column) }
      throw error("one side of '*' must be a number", at: column)
    case .call(let steps, _) where number(syntax) == nil: return [(1, try term(steps))]
    default:
      throw error(
        number(syntax) == nil ? "expected a term" : "a number is a weight and not a term: 2*ce",
        at: syntax.column)
    }
  }

  /// The terms times a number. A weight must be finite in Float32, as terms are.
  private func weighted(
    _ terms: [(weight: Double, term: any LossTerm)], by factor: Double, at column: Int
  ) throws -> [(weight: Double, term: any LossTerm)] {
    try terms.map { weight, term in
      (weight * factor, try checked(term, times: weight * factor, at: column))
    }
  }

  private func checked(
    _ term: any LossTerm, times weight: Double, at column: Int
  ) throws -> any LossTerm {
    let largest = (term as? any Weighting).map { LossGraph(unchecked: $0).terms.largestWeight } ?? 1
    guard Float(weight * largest).isFinite else {
      throw error("the weight is not a finite number in Float32", at: column)
    }
    return term
  }

  func number(_ syntax: FormulaSyntax) -> Double? {
    switch syntax {
    case .number(let value, _): return value.double
    case .call(let steps, _) where steps.count == 1 && steps[0].arguments == nil:
      return steps[0].name == "weight" ? weight : nil
    case .negative(let inner, _): return number(inner).map { -$0 }
    case .product(let a, let b, _):
      guard let a = number(a), let b = number(b) else { return nil }
      return a * b
    case .quotient(let a, let b, _):
      guard let a = number(a), let b = number(b) else { return nil }
      return a / b
    case .sum(let summands, _):
      let numbers = summands.compactMap(number)
      return numbers.count == summands.count ? numbers.reduce(0, +) : nil
    default: return nil
    }
  }

  // MARK: - Terms

  func term(_ steps: [FormulaSyntax.Step]) throws -> any LossTerm {
    let name = steps.map { $0.name }.joined(separator: ".")
    let ownsName = registry.terms[name].map { type in
      type.standard.parameters.contains { $0.name == "teacher" }
    }
    guard ownsName != true, Weightings.named(name) == nil, let (rest, teacher) = try taught(steps)
    else { return try untaught(steps) }
    func term(_ term: some LossTerm) -> any LossTerm { term.taught(by: teacher) }
    return term(try untaught(rest))
  }

  /// The term of a call that does not say which teacher it has.
  private func untaught(_ steps: [FormulaSyntax.Step]) throws -> any LossTerm {
    let name = steps.map { $0.name }.joined(separator: ".")
    let column = steps[0].column
    if name == "match" { return try match(steps[0]) }
    if let type = Weightings.named(name) { return try weighing(steps[0], by: type) }
    guard let type = registry.terms[name] else {
      if let problem = registry.misplaced(steps[0].name, as: .term) {
        throw error(problem, at: column)
      }
      let others = Weightings.all.map { type in type.name } + ["match"]
      throw unknown(.term, name, registry.terms.keys + others, at: column)
    }
    for step in steps.dropLast() where step.arguments != nil {
      throw error("only the last part of '\(name)' takes arguments", at: step.column)
    }
    let term = try configured(type, steps[steps.count - 1], as: name)
    // A loss of nothing would be 0 without a word.
    guard !LossGraph(unchecked: term).summands.isEmpty else {
      throw error("'\(name)' has no terms; a list in it needs an entry", at: column)
    }
    return term
  }

  /// Terms whose weights follow from something: `ramp(rkd, to: 25)`, `uncertainty(ce, kd)`.
  func weighing<W: Weighting>(_ step: FormulaSyntax.Step, by weighting: W.Type) throws
    -> any LossTerm
  {
    let arguments = step.arguments ?? []
    let given = arguments.filter { $0.label == nil }
    guard W.takesOne ? given.count == 1 : given.count > 1 else {
      let expected = W.takesOne ? "one term, or a sum" : "two terms or more"
      throw error(
        "expected \(expected): \(W.call)",
        at: W.takesOne && given.count > 1 ? given[1].column : step.column)
    }
    let terms = try given.map { SumOfMany(terms: try sum($0.value)) }
    let labelled = arguments.filter { $0.label != nil }
    let settings = try configured(
      W.Settings.self,
      FormulaSyntax.Step(name: step.name, column: step.column, arguments: labelled), as: W.name)
    if let problem = (settings as? any ScheduleSettings)?.problem {
      throw error(
        "\(W.name): \(problem)",
        at: (labelled.last { ["start", "end"].contains($0.label) })?.value.column ?? step.column)
    }
    for (term, argument) in zip(terms, given) where !W.takesOne {
      guard let group = LossGraph(unchecked: term).terms.groups.first else { continue }
      throw error(
        "'\(group.kind)' shares out weights, and cannot be within '\(W.name)'", at: argument.column)
    }
    return try checked(W(settings, terms), times: 1, at: step.column)
  }

  /// The error about a name that is no part of the kind that stands in its place. The hint says what else
  /// it may have been meant for.
  func unknown(
    _ kind: PartKind, _ name: String, _ names: [String], at column: Int, hint: String = ""
  ) -> DistillationError {
    if let problem = registry.misplaced(name, as: kind) { return error(problem, at: column) }
    return error(
      """
      no \(kind.rawValue) '\(name)'\(suggestion(for: name, in: names)); \
      \(choices(names.sorted()))\(hint)
      """, at: column)
  }
}
