import Tensors

/// A loss, flattened to a weighted sum of named terms and ready to evaluate.
///
/// Equal relations of equal knowledge are evaluated once, however many terms ask for them. The teacher is
/// a constant. A term of weight 0 is not evaluated. If its weight is 0 only at some steps, it is still
/// reported at these steps, without a value.
///
///     let loss = try LossGraph {
///       CrossEntropy()
///       0.9 * KD(temperature: 4)
///       2 * match(.embedding, by: .distances.dividedByMean, with: .huber)
///     }
///     let result = try loss.evaluate(student: student, teacher: teacher)
///     print(result)
public struct LossGraph: Sendable {
  /// The values that the terms compute from a network's outputs. Each is computed once.
  package internal(set) var nodes = Nodes()

  var terms = Terms()

  /// The names of the parts that own tensors.
  private(set) var owners: [Int: String] = [:]

  /// The teacher of the terms that are being appended, if a term says which.
  var teacher: TeacherChoice?

  /// The first thing that is wrong with the terms, whatever the outputs.
  private var problem: CompositionError?

  /// Makes the loss of these terms, one on each line.
  ///
  /// - Throws: ``DistillationError/composition(_:)`` if parts do not fit each other, a parameter is
  ///   outside its range, or there is no term.
  public init(@LossBuilder _ terms: () throws -> some LossTerm) throws {
    try self.init(terms())
  }

  /// Makes the loss of a term or of a sum of terms.
  ///
  /// - Throws: ``DistillationError/composition(_:)`` if parts do not fit each other, a parameter is
  ///   outside its range, or there is no term.
  public init(_ term: some LossTerm) throws {
    self.init(unchecked: term)
    if terms.summands.isEmpty { refuse("the loss has no terms", in: nil) }
    for summand in terms.summands where !Float(summand.largestWeight).isFinite {
      refuse("the weight is not a finite number in Float32", in: summand.formula)
    }
    if let problem { throw DistillationError.composition(problem) }
  }

  /// Makes the loss even if something is wrong with the terms.
  package init(unchecked term: some LossTerm) {
    term._append(to: &self, weight: 1)
    finish()
  }

  /// Merges equal terms, and names what owns tensors.
  mutating func finish() {
    terms.mergeEqual()
    owners = namedOwners()
  }

  /// Notes a problem of a part that is appended. Only the first problem counts.
  mutating func refuse(_ what: String, in formula: String?) {
    problem = problem ?? CompositionError(problem: what, formula: formula)
  }

  /// The terms, in the order of the formula.
  public var summands: [Summand] { terms.summands }

  /// The terms that are reported: all except those whose weight is always 0.
  public var reportedSummands: [Summand] {
    // Most often these are all, and then nothing is copied.
    summands.indices.contains { summands[$0].weight == 0 }
      ? summands.filter { $0.weight != 0 } : summands
  }

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

  /// Appends a named term as one summand. If its body is itself a sum of named terms, or its terms share
  /// out weights, these are appended instead.
  mutating func append<Term: NamedTerm>(_ term: Term, weight: Double) {
    checkRanges(of: term, as: term.formula)
    let body = collect { term.body._append(to: &$0, weight: 1) }
    if body.summands.isEmpty {
      refuse("'\(Term.name)' has no terms; a list in it needs an entry", in: term.formula)
    }
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
    let term = taught(term)
    let form: Summand.Form =
      switch term {
      case let term as any StatefulTerm:
        .stateful(term, owner: nodes.owner(.term(term, "\(term)")))
      case let term as any MomentTerm: .ofMoment(term)
      default: .ofOutputs
      }
    terms.summands.append(
      Summand(
        name: name, formula: name, weight: weight, reading: (term.outputs, term.teacherOutputs),
        content: .primitive(term, as: form)))
  }

  /// Appends a match of the value of one node to that of another.
  mutating func append(
    matching student: Int, to teacher: Int, keeping selection: Match.Selection?,
    with matcher: any Matcher, weight: Double
  ) {
    let match = Match(
      student: student, teacher: teacher, selection: selection, matcher: matcher, in: &nodes)
    checkFit(of: match)
    terms.summands.append(
      Summand(
        name: match.formula, formula: match.formula, weight: weight,
        reading: (
          nodes.knowledge(of: student).outputs, nodes.knowledge(of: teacher).outputs
        ), content: .match(match)))
  }
}
