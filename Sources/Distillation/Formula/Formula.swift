import Tensors

// From a formula's syntax to a loss: every name is looked up in a registry, every argument is
// set by name, and every error has a column.

extension Registry {
  /// The loss that a formula describes.
  ///
  ///     let loss = try Registry.linked.loss("0.1*ce + 0.9*kd(temperature: 4) + 25*rkd.distance")
  ///
  /// Throws ``DistillationError/formula(_:)`` with the column of what is wrong, what was possible
  /// and the nearest name.
  public func loss(_ formula: String) throws -> LossGraph { try loss(formula, weight: nil) }

  /// The loss that a formula describes in which `weight` stands for a number.
  ///
  /// Throws ``DistillationError/formula(_:)``.
  package func loss(_ formula: String, weight: Double?) throws -> LossGraph {
    let syntax = try FormulaParser.parse(formula)
    let reader = FormulaReader(formula: formula, registry: self, weight: weight)
    return LossGraph(SumOfMany(terms: try reader.sum(syntax)))
  }
}

extension Registry {
  /// The knowledge that a text describes as a part of a formula: `logits@virtual`, `layers(to: stage3)`.
  ///
  /// Throws ``DistillationError/formula(_:)`` where it is none.
  package func knowledge(_ text: String) throws -> any Knowledge {
    try FormulaReader(formula: text, registry: self).knowledge(FormulaParser.parse(text))
  }
}

private struct FormulaReader {
  let formula: String
  let registry: Registry
  /// What the name `weight` stands for, if for anything.
  var weight: Double?

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

  /// The terms times a number. A weight must be a number in Float32, as the terms are.
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
    let largest = (term as? any Weighting).map { LossGraph($0).terms.largestWeight } ?? 1
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
    let column = steps[0].column
    if name == "match" { return try match(steps[0]) }
    if let type = Weightings.named(name) { return try weighing(steps[0], by: type) }
    guard let type = registry.terms[name] else {
      let others = Weightings.all.map { type in type.name } + ["match"]
      throw unknown("term", name, registry.terms.keys + others, at: column)
    }
    for step in steps.dropLast() where step.arguments != nil {
      throw error("only the last part of '\(name)' takes arguments", at: step.column)
    }
    let term = try configured(type, steps[steps.count - 1], as: name)
    // A loss of nothing would be 0, and say nothing.
    guard !LossGraph(term).summands.isEmpty else {
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
    if let times = settings as? any ScheduleSettings, times.start > times.end {
      throw error(
        """
        \(W.name): expected an end at \(describe(times.start)) or later, where it starts, not at \
        \(describe(times.end))
        """,
        at: (labelled.last { ["start", "end"].contains($0.label) })?.value.column ?? step.column)
    }
    for (term, argument) in zip(terms, given) where !W.takesOne {
      guard let group = LossGraph(term).terms.groups.first else { continue }
      throw error(
        "'\(group.kind)' shares out weights, and cannot be within '\(W.name)'", at: argument.column)
    }
    return try checked(W(settings, terms), times: 1, at: step.column)
  }

  func match(_ step: FormulaSyntax.Step) throws -> any LossTerm {
    let arguments = step.arguments ?? []
    let usage = "match(knowledge, by: relation, with: matcher)"
    let labels = ["to", "by", "with"]
    for argument in arguments.dropFirst() where !labels.contains(argument.label ?? "") {
      throw error("expected \(usage)", at: argument.column)
    }
    for label in labels {
      for argument in arguments.filter({ $0.label == label }).dropFirst() {
        throw error("'\(label)' is given twice", at: argument.column)
      }
    }
    guard let first = arguments.first, first.label == nil else {
      throw error("the knowledge is missing: \(usage)", at: step.column)
    }
    guard let with = arguments.first(where: { $0.label == "with" }) else {
      throw error("'with:' is missing: \(usage)", at: step.column)
    }
    let knowledge = try knowledge(first.value)
    let to = arguments.first { $0.label == "to" }
    let target = try to.map { try self.knowledge($0.value) }
    let matcher = try matcher(with.value)
    let by = arguments.first { $0.label == "by" }
    var relations: [(relation: any Relation, step: FormulaSyntax.Step)] = []
    if let by {
      guard case .call(let steps, _) = by.value else {
        throw error("expected a relation", at: by.value.column)
      }
      relations = try steps.map { (try relation($0), $0) }
    }
    return try compose(
      knowledge, to: target, relations, matcher,
      at: (first.value.column, to?.value.column ?? step.column, with.value.column))
  }

  /// Fits the parts of a match to one another, each to what comes before it.
  func compose<K: Knowledge, M: Matcher>(
    _ knowledge: K, to target: (any Knowledge)?,
    _ relations: [(relation: any Relation, step: FormulaSyntax.Step)], _ matcher: M,
    at columns: (knowledge: Int, target: Int, matcher: Int)
  ) throws -> any LossTerm {
    var other: (any Knowledge<K.Value>)?
    if let target {
      other = target as? any Knowledge<K.Value>
      guard other != nil else {
        throw error(
          """
          '\(target.formula)' is \(K.Value.self == Tensor.self ? "two layers" : "one layer"), \
          and '\(knowledge.formula)' is \(layers(of: K.self))
          """, at: columns.target)
      }
    }
    var chain: (any Relation<K.Value>)?
    var kind = knowledge.kind
    var before = knowledge.formula
    for (relation, step) in K.Value.self == TensorPair.self ? pooledLayers(relations) : relations {
      if let known = chain {
        guard let next = relation as? any Relation<Tensor> else {
          throw error("'\(step.name)' relates two layers, and must come first", at: step.column)
        }
        chain = chained(known, next)
      } else {
        guard let first = relation as? any Relation<K.Value> else {
          throw error(
            """
            '\(step.name)' relates \(K.Value.self == Tensor.self ? "two layers" : "one layer"), \
            and '\(before)' is \(layers(of: K.self))
            """, at: step.column)
        }
        chain = first
      }
      try fit(relation.accepts, of: step.name, to: kind, of: before, at: step.column)
      kind = relation.gives(kind)
      before = step.name
    }
    try fit(matcher.accepts, of: M.name, to: kind, of: before, at: columns.matcher)
    if let chain { return matched(knowledge, other, chain, matcher) }
    guard let identity = Identity() as? any Relation<K.Value> else {
      throw error(
        "'\(before)' is two layers: say how they relate, 'by:'", at: columns.knowledge)
    }
    return matched(knowledge, other, identity, matcher)
  }

  /// Of two layers, `pooled` goes with the relation between them that follows.
  private func pooledLayers(
    _ relations: [(relation: any Relation, step: FormulaSyntax.Step)]
  ) -> [(relation: any Relation, step: FormulaSyntax.Step)] {
    guard relations.count > 1, relations[0].relation is Pooled,
      let next = relations[1].relation as? any Relation<TensorPair>
    else { return relations }
    return [(pooled(next), relations[1].step)] + relations[2...]
  }

  private func pooled(_ relation: some Relation<TensorPair>) -> any Relation {
    Pooled().then(relation)
  }

  private func layers<K: Knowledge>(of knowledge: K.Type) -> String {
    K.Value.self == Tensor.self ? "one" : "two"
  }

  /// Throws where a relation or matcher cannot take what comes before it, whatever its shape.
  private func fit(
    _ accepted: TensorKind, of name: String, to kind: TensorKind, of before: String,
    at column: Int
  ) throws {
    guard !kind.mayBe(accepted) else { return }
    throw error("'\(name)' takes \(accepted), and '\(before)' is \(kind)", at: column)
  }

  func chained<A: Relation, B: Relation<Tensor>>(_ a: A, _ b: B) -> any Relation<A.Input> {
    a.then(b)
  }

  func matched<K: Knowledge, R: Relation<K.Value>, M: Matcher>(
    _ knowledge: K, _ target: (any Knowledge<K.Value>)?, _ relation: R, _ matcher: M
  ) -> any LossTerm {
    Match(knowledge: knowledge, teacherKnowledge: target, relation: relation, matcher: matcher)
  }

  // MARK: - The parts of a match

  func knowledge(_ syntax: FormulaSyntax) throws -> any Knowledge {
    guard case .call(let steps, let column) = syntax, steps.count == 1 else {
      throw error("expected a knowledge, such as 'embedding'", at: syntax.column)
    }
    if let type = registry.knowledge[steps[0].name] {
      return try configured(type, steps[0], as: steps[0].name)
    }
    guard OutputName(steps[0].name).isUsual, steps[0].arguments == nil else {
      let names = registry.knowledge.keys + ["logits", "embedding", "stage1", "stage2", "stage3"]
      throw unknown("knowledge", steps[0].name, names, at: column)
    }
    return Output(steps[0].name)
  }

  func relation(_ step: FormulaSyntax.Step) throws -> any Relation {
    guard let type = registry.relations[step.name] else {
      throw unknown("relation", step.name, Array(registry.relations.keys), at: step.column)
    }
    return try configured(type, step, as: step.name)
  }

  func matcher(_ syntax: FormulaSyntax) throws -> any Matcher {
    guard case .call(let steps, let column) = syntax, steps.count == 1 else {
      throw error("expected a matcher, such as 'huber'", at: syntax.column)
    }
    guard let type = registry.matchers[steps[0].name] else {
      throw unknown("matcher", steps[0].name, Array(registry.matchers.keys), at: column)
    }
    return try configured(type, steps[0], as: steps[0].name)
  }

  func unknown(_ kind: String, _ name: String, _ names: [String], at column: Int)
    -> DistillationError
  {
    error(
      """
      there is no \(kind) '\(name)'\(suggestion(for: name, in: names)); \
      there is \(quoted(names.sorted()))
      """, at: column)
  }

  // MARK: - Arguments

  func configured<T: Configurable>(
    _ type: T.Type, _ step: FormulaSyntax.Step, as name: String
  ) throws -> T {
    var settings: [String: Setting] = [:]
    var columns: [String: Int] = [:]
    let names = T().parameters.map { $0.name }
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
      return try T(settings)
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
    // All digits of a whole number count, which a calculated one does not have.
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
