package import Distillation

/// A loss as a tree: from each knowledge over the relations of it to the matchers, with equal
/// beginnings drawn once, as they are computed once.
package struct GraphOutline {
  package struct Node {
    /// `primitive` is what reads outputs without being a match, such as `ce`; where it is all
    /// that a term consists of, it stands for the term.
    package enum Kind { case output, knowledge, relation, selection, matcher, primitive }

    package let kind: Kind
    package let label: String
    package let parent: Int?
    /// The terms that need this node, each once for every match that does.
    package var terms: [Int]
    /// The value that the loss computes here; `nil` for outputs and for values that matches cannot share.
    let value: Value?
    /// Whether it is all that its term consists of.
    var isTerm = false
    /// The factor of a matcher's or a primitive's value in its term.
    var coefficient = 1.0

    /// The coefficient as a formula writes it; nothing where it is 1.
    var factors: [String] { coefficient == 1 ? [] : [Distillation.describe(coefficient)] }
  }

  /// A value of the loss: of these nodes of student and teacher, after so many steps of the relation.
  struct Value: Hashable {
    let student: Int
    let teacher: Int
    var step = 0
  }

  package let graph: LossGraph
  package let terms: [LossGraph.Summand]
  package private(set) var nodes: [Node] = []

  /// Terms of weight 0 are not evaluated, and not drawn.
  package init(_ graph: LossGraph) {
    self.graph = graph
    terms = graph.reportedSummands
    for (index, term) in terms.enumerated() {
      for (coefficient, match) in term.matches { append(match, times: coefficient, of: index) }
      for primitive in term.primitives {
        let outputs = primitive.studentOutputs.map { "\($0)" }.joined(separator: ", ")
        let place = find(.output, outputs, under: nil, for: index)
        let node = append(.primitive, primitive.formula, under: place, for: index)
        nodes[node].coefficient = primitive.coefficient
        nodes[node].isTerm = primitive.isTerm
      }
    }
  }

  private mutating func append(
    _ match: LossGraph.Match, times coefficient: Double, of term: Int
  ) {
    let text = MatchText(match, in: graph)
    // A knowledge that computes nothing is called as its output is; the last stage is looked for.
    let knowledge = graph.nodes.knowledge(of: match.student)
    let isOutput = knowledge is Output && knowledge.outputs != [.lastStage]
    let label = text.knowledge + (text.teacherKnowledge.map { " (teacher: \($0))" } ?? "")
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
        // The value of a streamed relation is never held, so that nothing else can use it.
        place =
          match.isStreamed && value.student == match.student
          ? append(.relation, label, under: place, for: term)
          : find(.relation, label, value, under: place, for: term)
      }
    }
    if let selection = match.selectionFormula {
      place = append(.selection, "keeping \(selection)", under: place, for: term)
    }
    let matcher = append(.matcher, text.matcher, under: place, for: term)
    nodes[matcher].coefficient = coefficient
  }

  /// A node that is there already, or a new one.
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

  /// Whether a value is computed once for several matches. An output is there anyway.
  package func isShared(_ node: Node) -> Bool { node.kind != .output && node.terms.count > 1 }

  package func children(of parent: Int?) -> [Int] {
    nodes.indices.filter { nodes[$0].parent == parent }
  }

  /// From the knowledge to the node itself.
  package func path(to node: Int) -> [String] {
    (nodes[node].parent.map { path(to: $0) } ?? []) + [nodes[node].label]
  }
}
