import Tensors

/// A loss, flattened to a weighted sum of named terms and ready to evaluate.
///
/// Equal relations of equal knowledge are evaluated once, however many terms ask for them. The
/// teacher is a constant. A term of weight 0 is not evaluated; where its weight is 0 only at some
/// steps, it is still reported at these, without a value.
///
///     let loss = LossGraph(25.0 * RKD.Distance() + 50.0 * RKD.Angle())
///     let result = try loss.evaluate(student: student, teacher: teacher)
///     print(result.value, result.gradients.tensors)
public struct LossGraph: Sendable {
  /// The values that the terms compute of a network's outputs, each once.
  package internal(set) var nodes = Nodes()

  var terms = Terms()

  /// The names of the nodes that own tensors.
  private(set) var owners: [Int: String] = [:]

  public init(_ term: some LossTerm) {
    term._append(to: &self, weight: 1)
    terms.mergeEqual()
    owners = namedOwners()
  }

  /// The terms, in the order of the formula.
  public var summands: [Summand] { terms.summands }

  /// The terms that are reported: all but those of weight 0 throughout.
  public var reportedSummands: [Summand] { summands.filter { $0.weight != 0 } }

  /// The formula of the whole loss.
  public var formula: String { terms.formula }

  /// The outputs that the loss reads of one network. `lastStage` stands for the last stage.
  public func outputs(of role: Role) -> [OutputName] { terms.outputs(of: role) }

  /// Each term as a loss of its own.
  package var summandsAlone: [LossGraph] {
    summands.map { summand in
      var alone = self
      alone.terms = Terms(summands: [summand])
      return alone
    }
  }
}

// MARK: - Building

extension LossGraph {
  /// The terms that `lower` appends. They are not yet terms of this loss, but their nodes are.
  mutating func collect(_ lower: (inout LossGraph) -> Void) -> Terms {
    let outer = terms
    terms = Terms()
    lower(&self)
    defer { terms = outer }
    return terms
  }

  /// Appends a named term: as one summand, unless its body is itself a sum of named terms, or its
  /// terms share their weight.
  mutating func append<Term: NamedTerm>(_ term: Term, weight: Double) {
    let body = collect { term.body._append(to: &$0, weight: 1) }
    guard !body.summands.allSatisfy({ $0.isNamed }), body.groups.isEmpty else {
      return terms.append(body, weight: weight)
    }
    terms.summands.append(
      Summand(
        name: Term.name, formula: term.formula, weight: weight, reading: body.outputs,
        content: .sum(body.summands), settings: term))
  }

  /// Appends a term that is no match.
  mutating func append(primitive term: some PrimitiveTerm, weight: Double) {
    let name = String(describing: type(of: term))
    terms.summands.append(
      Summand(
        name: name, formula: name, weight: weight, reading: (term.outputs, term.teacherOutputs),
        content: .primitive(term)))
  }

  /// Appends a match of the value of one node to that of another.
  mutating func append(
    matching student: Int, to teacher: Int, keeping selection: Match.Selection?,
    with matcher: any Matcher, weight: Double
  ) {
    let match = Match(
      student: student, teacher: teacher, selection: selection, matcher: matcher, in: &nodes)
    terms.summands.append(
      Summand(
        name: match.formula, formula: match.formula, weight: weight,
        reading: (
          nodes.knowledge(of: student).outputs, nodes.knowledge(of: teacher).outputs
        ), content: .match(match)))
  }
}
