package import Distillation

/// A loss as a tree: from each knowledge over its relations to the matchers. Equal beginnings are
/// drawn once, because they are computed once.
package struct GraphOutline {
  package struct Node {
    /// A `primitive` reads outputs without being a match, as `ce` does. If it is all that a term
    /// consists of, it represents the term.
    package enum Kind { case output, knowledge, relation, selection, matcher, primitive }

    package let kind: Kind
    package let label: String
    package let parent: Int?
    /// The terms that need this node, each of them once for every match that needs it.
    package var terms: [Int]
    /// The value that the loss computes here; `nil` for outputs, and for values that matches cannot
    /// share.
    let value: Value?
    /// Whether the node is all that its term consists of.
    var isTerm = false
    /// The factor of a matcher's or a primitive's value in its term.
    var coefficient = 1.0
    /// The schedules that this factor follows.
    var schedules: [WeightSchedule] = []

    /// The coefficient as a formula writes it, unless it is 1, and the schedules.
    var factors: [String] {
      (coefficient == 1 ? [] : [Distillation.describe(coefficient)]) + schedules.map { "\($0)" }
    }
  }

  /// A value of the loss: the nodes of student and teacher, and the number of steps of the
  /// relation.
  struct Value: Hashable {
    let student: Int
    let teacher: Int
    var step = 0
  }

  package let graph: LossGraph
  package let terms: [LossGraph.Summand]
  package private(set) var nodes: [Node] = []

  /// Makes the tree of a loss. Terms of weight 0 are neither evaluated nor drawn.
  package init(_ graph: LossGraph) {
    self.graph = graph
    terms = graph.reportedSummands
    for (index, term) in terms.enumerated() {
      for (coefficient, schedules, match) in term.matches {
        let matcher = append(match, of: index)
        (nodes[matcher].coefficient, nodes[matcher].schedules) = (coefficient, schedules)
      }
      for primitive in term.primitives {
        let outputs = primitive.studentOutputs.map { "\($0)" }.joined(separator: ", ")
        let place = find(.output, outputs, under: nil, for: index)
        let node = append(.primitive, primitive.formula, under: place, for: index)
        nodes[node].coefficient = primitive.coefficient
        nodes[node].schedules = primitive.schedules
        nodes[node].isTerm = primitive.isTerm
      }
    }
  }

  /// Appends the nodes of a match, and returns that of its matcher.
  private mutating func append(_ match: LossGraph.Match, of term: Int) -> Int {
    let text = MatchText(match, in: graph)
    // A knowledge that computes nothing has the name of its output. The last stage is an exception:
    // it is looked for.
    let knowledge = graph.nodes.knowledge(of: match.student)
    let isOutput = knowledge is Output && knowledge.outputs != [.lastStage]
    // A learned map is a node of its own, below its layer.
    let target = graph.nodes.knowledge(of: match.teacher).formula
    let label = knowledge.formula + (target == knowledge.formula ? "" : " (teacher: \(target))")
    let path = zip(graph.nodes.path(to: match.student), graph.nodes.path(to: match.teacher))
      .map { Value(student: $0, teacher: $1) }
    var place =
      isOutput
      ? find(.output, label, under: nil, for: term)
      : find(.knowledge, label, path[0], under: nil, for: term)
    for var value in path.dropFirst() {
      guard let relation = graph.nodes[value.student].relation, !(relation is Identity) else {
        continue
      }
      for (step, label) in relation.steps.enumerated() {
        value.step = step
        // The value of a streamed relation is never held, so nothing else can use it.
        place =
          match.isStreamed && value.student == match.student
          ? append(.relation, label, under: place, for: term)
          : find(.relation, label, value, under: place, for: term)
      }
    }
    if let selection = match.selectionFormula {
      place = append(.selection, "keeping \(selection)", under: place, for: term)
    }
    return append(.matcher, text.matcher, under: place, for: term)
  }

  /// Returns a node that exists already, or a new one.
  private mutating func find(
    _ kind: Node.Kind, _ label: String, _ value: Value? = nil, under parent: Int?, for term: Int
  ) -> Int {
    let known = nodes.firstIndex {
      $0.kind == kind && $0.value == value && $0.parent == parent
        && (value != nil || $0.label == label)
    }
    guard let known else { return append(kind, label, value, under: parent, for: term) }
    nodes[known].terms.append(term)
    return known
  }

  private mutating func append(
    _ kind: Node.Kind, _ label: String, _ value: Value? = nil, under parent: Int?, for term: Int
  ) -> Int {
    nodes.append(Node(kind: kind, label: label, parent: parent, terms: [term], value: value))
    return nodes.count - 1
  }

  /// Whether a value is computed once for several matches. That does not apply to outputs.
  package func isShared(_ node: Node) -> Bool { node.kind != .output && node.terms.count > 1 }

  package func children(of parent: Int?) -> [Int] {
    nodes.indices.filter { nodes[$0].parent == parent }
  }

  /// The labels from the knowledge to the node itself.
  package func path(to node: Int) -> [String] {
    (nodes[node].parent.map { path(to: $0) } ?? []) + [nodes[node].label]
  }
}
