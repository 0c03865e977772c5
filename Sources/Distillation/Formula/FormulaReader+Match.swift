import Tensors

extension FormulaReader {
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

  /// Fits the parts of a match to each other, each to the part before it.
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

  /// If there are two layers, `pooled` is joined to the relation between them that follows it.
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

  /// Throws if a relation or matcher cannot take the value before it, whatever its shape.
  private func fit(
    _ accepted: TensorKind, of name: String, to kind: TensorKind, of before: String,
    at column: Int
  ) throws {
    guard let problem = accepted.problem(of: name, after: kind, of: before) else { return }
    throw error(problem, at: column)
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
      return try configured(type, steps[0].namingFirst(of: type), as: steps[0].name)
    }
    guard OutputName(steps[0].name).isUsual, steps[0].arguments == nil else {
      let names = registry.knowledge.keys + ["logits", "embedding", "stage1", "stage2", "stage3"]
      let hint =
        steps[0].arguments == nil
        ? "; \(Output(layer: steps[0].name).formula) is an output of this name" : ""
      throw unknown(.knowledge, steps[0].name, names, at: column, hint: hint)
    }
    return Output(layer: steps[0].name)
  }

  func relation(_ step: FormulaSyntax.Step) throws -> any Relation {
    guard let type = registry.relations[step.name] else {
      throw unknown(.relation, step.name, Array(registry.relations.keys), at: step.column)
    }
    return try configured(type, step, as: step.name)
  }

  func matcher(_ syntax: FormulaSyntax) throws -> any Matcher {
    guard case .call(let steps, let column) = syntax, steps.count == 1 else {
      throw error("expected a matcher, such as 'huber'", at: syntax.column)
    }
    guard let type = registry.matchers[steps[0].name] else {
      throw unknown(.matcher, steps[0].name, Array(registry.matchers.keys), at: column)
    }
    return try configured(type, steps[0], as: steps[0].name)
  }
}

extension FormulaSyntax.Step {
  /// This step, whose first argument has the name of the first parameter if it has none.
  fileprivate func namingFirst(of type: any Configurable.Type) -> Self {
    guard let arguments, let first = arguments.first, first.label == nil else { return self }
    let named = FormulaSyntax.Argument(
      label: type.standard.parameters.first?.name, value: first.value, column: first.column)
    return Self(name: name, column: column, arguments: [named] + arguments.dropFirst())
  }
}
