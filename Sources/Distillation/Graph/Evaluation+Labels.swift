import Tensors

// Examples with an ignored label are left out of whatever reads labels, as if neither network had seen them.

extension Evaluation {
  /// The value of a part that reads labels, on some examples alone.
  mutating func value(
    of part: LossGraph.Summand, on examples: [Int], times weight: Double
  ) throws -> Tensor {
    guard !examples.isEmpty else {
      for name in part.studentOutputs { _ = try outputs(of: .student)[name] }
      for name in part.teacherOutputs { _ = try outputs(of: .teacher)[name] }
      return Tensor(0.0)
    }
    var evaluation =
      ofLabeledExamples.popLast()
      ?? Evaluation(
        of: graph, student: labeled(examples, of: .student),
        teacher: labeled(examples, of: .teacher),
        moment: moment, state: state)
    defer { ofLabeledExamples = [evaluation] }
    return try value(of: part, in: &evaluation, times: weight)
  }

  /// The value of a part in an evaluation of some examples. What it remembers is this one's memory.
  mutating func value(
    of part: LossGraph.Summand, in some: inout Evaluation, times weight: Double
  ) throws -> Tensor {
    let value = try some.value(of: part, times: weight)
    memory.merge(some.memory) { own, _ in own }
    tensorNames.formUnion(some.tensorNames)
    return value
  }

  /// The outputs of a network that the loss reads, with some examples alone.
  private func labeled(_ examples: [Int], of role: Role) -> Outputs {
    var outputs = outputs(of: role)
    guard outputs.notes.labeled == .examples else {
      outputs.keepPlaces(examples)
      return outputs
    }
    return outputs.examples(
      examples, of: graph.outputs(of: outputs, role, ofExamples: outputs.labels?.count))
  }

  /// The labels of the rows of a value, which a relation reads.
  func labels(for relation: any LabeledRelation, of x: Tensor, in role: Role) throws -> [Int] {
    try outputs(of: role).labels(
      for: relation.formula, rows: x, of: role, classes: relation.classes(of: x.shape))
  }
}

extension Outputs {
  /// The examples whose labels are not ignored; `nil` if no label is.
  package var labeledExamples: [Int]? {
    guard let labels, labels.contains(Self.ignoredLabel) else { return nil }
    return labels.indices.filter { labels[$0] != Self.ignoredLabel }
  }

  /// The labels of some rows, which a part of a loss reads; each must be one of the classes, if these are
  /// known.
  func labels(
    for part: String, rows: Tensor, of role: Role, classes: Int?
  ) throws -> [Int] {
    guard let labels else {
      throw softLabels == nil
        ? DistillationError.missingLabels(term: part) : DistillationError.softLabels(term: part)
    }
    if let classes, let index = labels.firstIndex(where: { !(0..<classes).contains($0) }) {
      let place = notes.places?[index] ?? index
      throw DistillationError.labelOutOfRange(
        labels[index], at: place / notes.labeled.ofEach, classes: classes,
        place: notes.labeled == .examples ? nil : notes.labeled.place(of: place))
    }
    guard rows.shape.first == labels.count else {
      throw DistillationError.unfit(
        part, takes: "a row for each of \(labels.count) labels", shapes: [rows.shape], of: role)
    }
    return labels
  }
}

extension LossGraph {
  /// The outputs that the loss reads of a network and that have a row for each of so many examples. A trial may
  /// have an output of another length, which no part takes.
  func outputs(of outputs: Outputs, _ role: Role, ofExamples count: Int?) -> [OutputName] {
    self.outputs(of: role).filter { (try? outputs[$0])?.shape.first == count }
  }

  /// Whether its parts state that they read labels; `nil` if only some of them do.
  package var readsLabels: Bool? {
    let parts = reportedSummands.flatMap(parts)
    let stated = parts.count { readsLabels($0) }
    return stated == parts.count ? true : stated == 0 ? false : nil
  }

  /// The names of the terms of which some part states that it reads labels.
  ///
  /// - Parameter isOfClasses: Whether only those count that need the class of each example, and take no soft
  ///   labels.
  /// - Returns: The names, in the order of the formula.
  package func termsThatReadLabels(ofClasses isOfClasses: Bool = false) -> [String] {
    reportedSummands.filter { term in
      parts(of: term).contains { readsLabels($0) && !(isOfClasses && takesSoftLabels($0)) }
    }.map { $0.name }
  }

  /// The outputs of a network that some part reads which reads no labels. In all others, examples with an
  /// ignored label count nowhere.
  package func outputsOfAllExamples(of role: Role) -> Set<OutputName> {
    let others = reportedSummands.flatMap(parts).filter { !readsLabels($0) }
    return Set(others.flatMap { role == .student ? $0.studentOutputs : $0.teacherOutputs })
  }

  /// The parts of which a term is a sum.
  private func parts(of term: Summand) -> [Summand] {
    switch term.content {
    case .match, .primitive: [term]
    case .sum(let terms): terms.flatMap(parts)
    case .mixture(let arguments, _): arguments.joined().flatMap(parts)
    }
  }

  /// Whether a part of a term reads labels itself. A sum of parts does not: it leaves that to them.
  func readsLabels(_ part: Summand) -> Bool {
    switch part.content {
    case .match(let match): readsLabels(match)
    case .primitive(let term, _): term.readsLabels
    case .sum, .mixture: false
    }
  }

  /// Whether a part of a term takes soft labels in place of classes.
  private func takesSoftLabels(_ part: Summand) -> Bool {
    if case .primitive(let term, _) = part.content { term.takesSoftLabels } else { false }
  }

  /// Whether the knowledge or a relation of a match reads labels.
  func readsLabels(_ match: Match) -> Bool {
    [match.student, match.teacher].contains { index in
      nodes.path(to: index).contains { nodes[$0].readsLabels }
    }
  }
}
