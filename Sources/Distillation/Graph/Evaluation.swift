import Tensors

/// One evaluation of a loss on the outputs of a batch. A node's value is computed when a match first
/// asks for it, and it is kept for all other matches.
struct Evaluation {
  let moment: Moment
  /// The parameters and the memory of the loss, as they were before.
  let state: LossState
  let graph: LossGraph
  private var student: Network
  private var teacher: Network
  /// The tensors of each part that owns some.
  var tensors: [Int: [Tensor]] = [:]
  /// The names of the tensors that evaluated parts own.
  var tensorNames: Set<String> = []
  /// The memory of the parts after this evaluation.
  var memory: [String: Tensor] = [:]

  /// The examples that parts see which read labels; `nil` if these are all, because no label is ignored.
  let labeledExamples: [Int]?
  /// The evaluation of these examples alone: none before it is asked for, and one afterwards.
  var ofLabeledExamples: [Evaluation] = []

  /// Whether outputs are tokens, or labels are of tokens or pixels.
  let havePlaces: Bool
  /// The examples of which some token counts, if there are others; `nil` if all have such a token, or none has.
  let examplesWithTokens: [Int]?
  /// The evaluation of these examples alone: none before it is asked for, and one afterwards.
  var ofExamplesWithTokens: [Evaluation] = []

  /// One network, and the values of nodes that were computed for it.
  private struct Network {
    private(set) var outputs: Outputs
    /// An entry for each node.
    var known: [Known]

    init(_ outputs: Outputs, of role: Role, nodes: Int) {
      (self.outputs, known) = (outputs, Array(repeating: Known(), count: nodes))
      self.outputs.role = role
    }
  }

  /// A node's value and layout for one network, if they were computed.
  private struct Known {
    var value: Value?
    /// `.some(nil)` if it was looked for in vain.
    var layouts: [Layout]??
  }

  /// Indirect, so that a known value is copied as one reference.
  private indirect enum Value {
    case tensor(Tensor)
    case layers(TensorPair)
    case products(InnerProducts)
  }

  init(
    of graph: LossGraph, student: Outputs, teacher: Outputs, moment: Moment = Moment(),
    state: LossState = LossState()
  ) {
    (self.graph, self.moment, self.state) = (graph, moment, state)
    let nodes = graph.nodes.all.count
    self.student = Network(student, of: .student, nodes: nodes)
    self.teacher = Network(teacher, of: .teacher, nodes: nodes)
    labeledExamples = student.labeledExamples
    havePlaces = student.haveNotedPlaces || teacher.haveNotedPlaces
    examplesWithTokens = havePlaces ? graph.examplesWithTokens(student, teacher) : nil
  }

  func outputs(of role: Role) -> Outputs {
    role == .student ? student.outputs : teacher.outputs
  }

  private func known(_ index: Int, in role: Role) -> Known {
    role == .student ? student.known[index] : teacher.known[index]
  }

  /// Changes what is known of a node.
  private mutating func note(_ index: Int, in role: Role, _ change: (inout Known) -> Void) {
    if role == .student { change(&student.known[index]) } else { change(&teacher.known[index]) }
  }
}

// MARK: - Matches

extension Evaluation {
  /// The value of a match, times a weight. Errors of shapes show the outputs as the networks gave them.
  mutating func value(
    of match: LossGraph.Match, times weight: Double
  ) throws -> Tensor {
    do {
      if try remembersNothing(match) { return .zero(from: student.outputs) }
      let value = try unplacedValue(of: match, times: weight)
      guard value.count == 1 else {
        throw DistillationError.noScalar(match.matcher.formula, shape: value.shape)
      }
      return value
    } catch let error as DistillationError {
      let nodes = graph.nodes
      throw error.showing(
        student: student.outputs.shapes(of: nodes.knowledge(of: match.student).outputs),
        teacher: teacher.outputs.shapes(of: nodes.knowledge(of: match.teacher).outputs))
    }
  }

  private mutating func unplacedValue(
    of match: LossGraph.Match, times weight: Double
  ) throws -> Tensor {
    switch match.strategy {
    case .whole:
      let (student, teacher, _) = try comparedValues(of: match)
      return weighted(match.matcher(student: student, teacher: teacher), weight)
    case .weighted(let matcher):
      let (student, teacher, _) = try comparedValues(of: match)
      return matcher(student: student, teacher: teacher, weight: weight)
    case .entries(let matcher, var kind):
      let (student, teacher, isSelected) = try comparedValues(of: match)
      if isSelected { kind = .matrix }
      let all = ComparedEntries(shape: student.shape, kind: kind, reduction: matcher.reduction)
      guard let chosen = chosen(matcher.tuples, among: all, for: match) else {
        // A penalty holds the teacher constant, and a learned map of the teacher's layer is not.
        let isLearned = !teacher.isConstant
        let value = matcher.reduction(
          matcher.penalty, student: isLearned ? student - teacher : student,
          teacher: isLearned ? Tensor(repeating: 0, shape: teacher.shape) : teacher, kind: kind)
        return weighted(value, weight)
      }
      let difference = student.scalars(at: chosen) - teacher.scalars(at: chosen)
      return weighted(all.reduced(matcher.penalty(difference)), weight)
    case .streamed(let relation, let matcher, let streams):
      let s = try tensor(of: streams.student.input, in: .student)
      let t = try tensor(of: streams.teacher.input, in: .teacher)
      try relation.check(s, in: .student)
      try relation.check(t, in: .teacher)
      var random = choice(of: match)
      let value = try relation.matched(student: s, teacher: t, with: matcher, choosing: &random) {
        (
          try products(of: streams.student.products, in: .student),
          try products(of: streams.teacher.products, in: .teacher)
        )
      }
      return weighted(value, weight)
    case .columns(let matcher, let student, let teacher):
      let s = try columns(of: student, in: .student)
      let t = try columns(of: teacher, in: .teacher)
      try checkLayouts(of: match)
      try match.check(s.shape.reversed(), t.shape.reversed())
      return weighted(matcher(student: s, teacher: t, axis: 0), weight)
    }
  }

  /// The entries of a match that are compared at this moment; `nil` if all are.
  private func chosen(
    _ tuples: Int?, among all: ComparedEntries, for match: LossGraph.Match
  ) -> [Int]? {
    guard tuples != nil else { return nil }
    var random = choice(of: match)
    return all.chosen(tuples, using: &random)
  }

  /// The generator that chooses some entries of a match at this moment.
  private func choice(of match: LossGraph.Match) -> Random {
    Random(seed: moment.seed, "tuples", match.formula, index: moment.index)
  }

  /// The values of student and teacher that a match compares, and whether they are only some rows of the
  /// values of its nodes.
  private mutating func comparedValues(
    of match: LossGraph.Match
  ) throws -> (student: Tensor, teacher: Tensor, isSelected: Bool) {
    let student = try tensor(of: match.student, in: .student)
    let teacher = try tensor(of: match.teacher, in: .teacher)
    try checkLayouts(of: match)
    try match.check(student.shape, teacher.shape)
    let rows: [Int]? =
      switch match.selection {
      case nil: nil
      case .ofTensor(let selection):
        selection.rows(of: try tensor(of: match.studentKnowledge, in: .student))
      case .ofLayers(let selection):
        selection.rows(of: try layers(of: match.studentKnowledge, in: .student))
      }
    guard let rows else { return (student, teacher, false) }
    return (student.rows(rows), teacher.rows(rows), true)
  }

  /// The matrix whose columns are compared in place of the rows of its transpose.
  private mutating func columns(of index: Int, in role: Role) throws -> Tensor {
    let x = try tensor(of: index, in: role)
    try Transposed().check(x, in: role)
    return x.flattened
  }

  /// Throws if the shapes of a match's values differ before axes are joined.
  private mutating func checkLayouts(of match: LossGraph.Match) throws {
    guard try match.student != match.teacher || !hasLikeKnowledge(match),
      let student = try layouts(of: match.student, in: .student)?.first,
      let teacher = try layouts(of: match.teacher, in: .teacher)?.first, student != teacher
    else { return }
    throw DistillationError.unequalShapes(
      match.matcher.formula, student: student.unjoined, teacher: teacher.unjoined)
  }
}

extension Evaluation {
  /// Whether the values of a match's knowledge have the same layout for both networks. Equal relations of
  /// them then have equal layouts, too.
  private mutating func hasLikeKnowledge(_ match: LossGraph.Match) throws -> Bool {
    let index = match.studentKnowledge
    let areEqual =
      switch (try value(of: index, in: .student), try value(of: index, in: .teacher)) {
      case (.tensor(let s), .tensor(let t)): s.shape == t.shape
      case (.layers(let s), .layers(let t)):
        s.first.shape == t.first.shape && s.second.shape == t.second.shape
      default: false
      }
    guard areEqual else { return false }
    // Without notes there are neither tokens nor logits of pixels.
    if match.joinsOnlyPlaces, student.outputs.stored == nil, teacher.outputs.stored == nil {
      return true
    }
    let knowledge = graph.nodes.knowledge(of: index)
    return try layout(of: knowledge, in: .student) == layout(of: knowledge, in: .teacher)
  }

  /// The layout of a knowledge's value. If masks leave some of T tokens in each network and T is not the same,
  /// it is the layout of all tokens: equally many of them need not belong together.
  private func layout(of knowledge: some Knowledge, in role: Role) throws -> Layout? {
    let outputs = outputs(of: role)
    let (own, other) = (student.outputs.notes.countedTokens, teacher.outputs.notes.countedTokens)
    let countsDiffer = own != nil && other != nil && own?.ofEach != other?.ofEach
    return try knowledge.layout(in: countsDiffer ? outputs.withoutMask : outputs)
  }
}

extension Tensor {
  /// The scalars at these indices in row-major order.
  fileprivate func scalars(at indices: [Int]) -> Tensor {
    reshaped([count, 1]).rows(indices).reshaped([indices.count])
  }
}

// MARK: - Nodes

extension Evaluation {
  mutating func tensor(of index: Int, in role: Role) throws -> Tensor {
    guard case .tensor(let x) = try value(of: index, in: role) else {
      fatalError("[loss] two layers in place of one")
    }
    return x
  }

  private mutating func layers(of index: Int, in role: Role) throws -> TensorPair {
    guard case .layers(let x) = try value(of: index, in: role) else {
      fatalError("[loss] one layer in place of two")
    }
    return x
  }

  private mutating func products(of index: Int, in role: Role) throws -> InnerProducts {
    guard case .products(let x) = try value(of: index, in: role) else {
      fatalError("[loss] a value in place of inner products")
    }
    return x
  }

  /// The value of a node: the known one, or otherwise a computed one.
  private mutating func value(of index: Int, in role: Role) throws -> Value {
    if let known = known(index, in: role).value { return known }
    let value = try computed(index, in: role)
    note(index, in: role) { $0.value = value }
    return value
  }

  private mutating func computed(_ index: Int, in role: Role) throws -> Value {
    switch graph.nodes[index] {
    case .knowledge(let knowledge):
      let outputs = outputs(of: role)
      try knowledge.check(outputs, of: role)
      return .tensor(try knowledge(outputs))
    case .layers(let knowledge):
      let outputs = outputs(of: role)
      try knowledge.check(outputs, of: role)
      return .layers(try knowledge(outputs))
    case .relation(let relation, let input):
      let x = try tensor(of: input, in: role)
      try relation.check(x, in: role)
      return .tensor(relation(x))
    case .relationOfLayers(let relation, let input):
      let x = try layers(of: input, in: role)
      try relation.check(x, in: role)
      return .tensor(relation(x))
    case .stack(let relation, let input):
      let x = try tensor(of: input, in: role)
      try relation.check(x, in: role)
      try relation.checkHeld(for: x)
      return .tensor(relation(x))
    case .relationOfProducts(let relation, let input, let products):
      try relation.check(try tensor(of: input, in: role), in: role)
      let value = relation(try self.products(of: products, in: role))
      return .tensor(graph.holds(value, of: index) ? value.holdingNumbers : value)
    case .stateful(let relation, let input, let owner):
      let x = try tensor(of: input, in: role)
      try relation.check(x, in: role)
      return .tensor(relation(x, of: role, state: try tensors(of: owner)))
    case .paired(let relation, let input, let other):
      let x = try tensor(of: input, in: role)
      try relation.check(x, in: role)
      let beside = try tensor(of: other, in: role == .student ? .teacher : .student)
      return .tensor(relation(x, beside: beside.shape))
    case .labeled(let relation, let input):
      let x = try tensor(of: input, in: role)
      try relation.check(x, in: role)
      return .tensor(relation(x, labels: try labels(for: relation, of: x, in: role)))
    case .innerProducts(let input):
      return .products(InnerProducts(describing: try tensor(of: input, in: role).flattened))
    }
  }

  /// The layout of a node's value, or the layouts of two layers; `nil` if only its shape is known.
  private mutating func layouts(of index: Int, in role: Role) throws -> [Layout]? {
    if let known = known(index, in: role).layouts { return known }
    let node = graph.nodes[index]
    let found: [Layout]?
    if let relation = node.relation, let input = node.input {
      found = try layouts(of: input, in: role).flatMap { relation.knownLayout(of: $0) }.map { [$0] }
    } else if let known = try layout(of: graph.nodes.knowledge(of: index), in: role) {
      found = [known]
    } else {
      switch try value(of: index, in: role) {
      case .tensor(let x): found = [Layout(x.shape)]
      case .layers(let x): found = [Layout(x.first.shape), Layout(x.second.shape)]
      case .products: found = nil
      }
    }
    note(index, in: role) { $0.layouts = found }
    return found
  }
}
