import Tensors

// A part takes tokens only if it says so. Every other part would take an axis of theirs for another.

extension Evaluation {
  /// Throws if a part takes no tokens and reads some, or takes labels of examples and gets those of tokens or
  /// pixels.
  func checkPlaces(of term: LossGraph.Summand) throws {
    let student = outputs(of: .student)
    let takesTokens: Bool
    switch term.content {
    case .sum, .mixture: return
    case .match(let match):
      try checkRelations(of: match)
      takesTokens = graph.nodes.knowledge(of: match.student).takesTokens
    case .primitive(let primitive, _):
      takesTokens = primitive.takesTokens
      guard !takesTokens else { break }
      for (role, names) in [
        (Role.student, primitive.outputs), (.teacher, primitive.teacherOutputs),
      ] {
        try outputs(of: role).refuseTokens(
          in: names, for: "this term", takes: "\(TensorKind.rows)", of: role)
      }
    }
    guard !takesTokens, graph.readsLabels(term), student.notes.labeled != .examples,
      let output = student.shapes(of: term.studentOutputs).first
    else { return }
    throw DistillationError.unequalBatches(
      "the student's '\(output.name)'", output.shape.first ?? 0, "the labels",
      student.labels?.count ?? 0)
  }

  /// Throws if a relation of examples would take tokens. An output of tokens is only compared directly, or
  /// through a map of each token.
  private func checkRelations(of match: LossGraph.Match) throws {
    for (role, index) in [(Role.student, match.student), (.teacher, match.teacher)] {
      let knowledge = graph.nodes.knowledge(of: index)
      guard let knowledge = knowledge as? any WholeOutput, !knowledge.isOfClasses,
        let relation = graph.nodes.relations(to: index)
          .first(where: { !($0 is Identity || $0 is LearnedMap) })
      else { continue }
      try outputs(of: role).refuseTokens(
        in: knowledge.outputs, for: relation.formula, takes: relation.takes, of: role)
    }
  }

  /// Whether a part reads tokens of which none counts: it is 0. It throws if an output of such a part is
  /// missing.
  mutating func readsNothing(_ term: LossGraph.Summand) throws -> Bool {
    let networks = [
      (outputs(of: .student), term.studentOutputs), (outputs(of: .teacher), term.teacherOutputs),
    ]
    guard networks.contains(where: { $0.0.notes.countedTokens != nil }) else { return false }
    switch term.content {
    case .sum, .mixture: return false
    case .match, .primitive: break
    }
    let read = try networks.map { outputs, names in
      (outputs.notes.countedTokens, try names.filter { try outputs[$0].rank == 3 })
    }
    guard read.contains(where: { !$0.1.isEmpty }) else { return false }
    if read.contains(where: { $0.0?.indices.isEmpty == true && !$0.1.isEmpty }) { return true }
    guard case .match(let match) = term.content,
      case .knowledge(let knowledge) = graph.nodes[match.studentKnowledge]
    else { return false }
    // A knowledge may take only some of the tokens.
    guard knowledge.takesTokens else { return false }
    return try tensor(of: match.studentKnowledge, in: .student).shape.first == 0
  }
}

// MARK: - Examples without tokens

extension Evaluation {
  /// Whether a part reads tokens.
  func readsTokens(_ part: LossGraph.Summand) -> Bool {
    switch part.content {
    case .sum, .mixture: return false
    case .match, .primitive: break
    }
    let read =
      outputs(of: .student).shapes(of: part.studentOutputs)
      + outputs(of: .teacher).shapes(of: part.teacherOutputs)
    return read.contains { $0.shape.count == 3 }
  }

  /// The value of a part on the examples that have a token which counts. The others are as if they were not
  /// there: they have no mean token, for instance.
  mutating func value(
    of part: LossGraph.Summand, withTokens examples: [Int], times weight: Double
  ) throws -> Tensor {
    let count = [Role.student, .teacher].compactMap { graph.tokens(of: outputs(of: $0), $0) }.first
    func some(_ role: Role) -> Outputs {
      var some = outputs(of: role).examples(
        examples, of: graph.outputs(of: outputs(of: role), role, ofExamples: count?.shape[0]))
      some.gatherRows(of: graph.outputs(of: role))
      return some
    }
    var evaluation =
      ofExamplesWithTokens.popLast()
      ?? Evaluation(
        of: graph, student: some(.student), teacher: some(.teacher), moment: moment, state: state)
    defer { ofExamplesWithTokens = [evaluation] }
    return try value(of: part, in: &evaluation, times: weight)
  }
}

extension LossGraph {
  /// The first output of a network that is tokens, among those that the loss reads.
  fileprivate func tokens(of outputs: Outputs, _ role: Role) -> OutputShape? {
    outputs.shapes(of: self.outputs(of: role)).first { $0.shape.count == 3 }
  }

  /// The examples of which some token counts in each network, if there are others; `nil` if all have such a
  /// token, or none has.
  func examplesWithTokens(_ student: Outputs, _ teacher: Outputs) -> [Int]? {
    var found: [Int]?
    for (role, outputs) in [(Role.student, student), (.teacher, teacher)] {
      guard let counted = outputs.notes.countedTokens, let tokens = tokens(of: outputs, role) else {
        continue
      }
      let own = counted.examples
      guard own.count < tokens.shape[0] else { continue }
      found = found.map { $0.filter(Set(own).contains) } ?? own
    }
    return found?.isEmpty == true ? nil : found
  }
}

/// A knowledge that is an output as the network gave it.
protocol WholeOutput: Knowledge {
  var isOfClasses: Bool { get }
}

extension WholeOutput {
  public var takesTokens: Bool { true }
}

extension Outputs {
  /// Throws if one of these outputs is tokens.
  func refuseTokens(
    in names: [OutputName], for part: String, takes: String, of role: Role
  ) throws {
    guard let output = shapes(of: names).first(where: { $0.shape.count == 3 }) else { return }
    throw DistillationError.tokens(part, takes: takes, output, of: role)
  }
}
