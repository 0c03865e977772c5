import Distillation
import Reports

extension GraphOutline {
  /// Each term with its parameters, its matches and what is no match; what several matches share, the longest
  /// chains of it; and the terms that own tensors and the tensors, if there are any.
  var members: [(name: String, value: JSON)] {
    let tensors = graph.knownTensors.map { $0.json }
    return [("terms", .array(terms.map(json))), ("shared", .array(shared))]
      + (graph.ownsTensors ? [("ownTensors", .strings(graph.termsWithTensors))] : [])
      + (tensors.isEmpty ? [] : [("tensors", .array(tensors))])
  }

  private func json(_ term: LossGraph.Summand) -> JSON {
    let matches = term.matches.map { coefficient, schedules, match in
      let texts = MatchText(match, in: graph)
      var members = weight(coefficient, schedules)
      members += [
        ("knowledge", .string(texts.knowledge)),
        ("teacherKnowledge", .string(texts.teacherKnowledge ?? texts.knowledge)),
        ("relations", .strings(texts.relations)),
      ]
      if let selection = match.selectionFormula {
        members.append(("selection", .string(selection)))
      }
      return JSON.object(members + [("matcher", .string(match.matcher.formula))])
    }
    let primitives = term.primitives.map { primitive in
      JSON.object(
        weight(primitive.coefficient, primitive.schedules) + [
          ("formula", .string(primitive.formula)),
          ("student", .strings(primitive.studentOutputs.map { "\($0)" })),
          ("teacher", .strings(primitive.teacherOutputs.map { "\($0)" })),
        ])
    }
    let parameters = term.parameters.map { ($0.name, JSON(parameter: $0.value)) }
    var members: [(String, JSON)] = [
      ("name", .string(term.name)), ("weight", .number(term.weight)),
    ]
    if term.isMoving { members.append(("weighting", .strings(term.weighting.map { "\($0)" }))) }
    return .object(
      members + [
        ("formula", .string(term.formula)), ("parameters", .object(parameters)),
        ("student", .strings(term.studentOutputs.map { "\($0)" })),
        ("teacher", .strings(term.teacherOutputs.map { "\($0)" })),
        ("matches", .array(matches)), ("primitives", .array(primitives)),
      ])
  }

  /// The weight of a part of a term: its number, and the schedules that it follows within the term.
  private func weight(
    _ coefficient: Double, _ schedules: [WeightSchedule]
  ) -> [(String, JSON)] {
    [("coefficient", .number(coefficient))]
      + (schedules.isEmpty ? [] : [("weighting", .strings(schedules.map { "\($0)" }))])
  }

  private var shared: [JSON] {
    let chains = nodes.indices.filter { node in
      isShared(nodes[node])
        && !children(of: node).contains { nodes[$0].terms == nodes[node].terms }
    }
    return chains.map { node in
      let path = path(to: node)
      var names: [String] = []
      for term in nodes[node].terms where !names.contains(terms[term].name) {
        names.append(terms[term].name)
      }
      return .object([
        ("knowledge", .string(path[0])), ("relations", .strings(Array(path.dropFirst()))),
        ("matches", .integer(nodes[node].terms.count)), ("terms", .strings(names)),
      ])
    }
  }
}

extension LossGraph.KnownTensor {
  /// Its name, its purpose, the terms that need it, and what is known of its size.
  fileprivate var json: JSON {
    let known: [(String, JSON)] =
      switch size {
      case nil: []
      case .shape(let shape): [("shape", .array(shape.map { .integer($0) }))]
      case .rows(let most): [("mostRows", .integer(most))]
      case .rowOfEachExample: [("rows", .string("examples"))]
      }
    return .object(
      [
        ("name", .string(name)),
        ("purpose", .string(purpose == .parameter ? "parameter" : "memory")),
        ("terms", .strings(terms)),
      ] + known)
  }
}
