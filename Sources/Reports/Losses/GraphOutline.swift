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
    /// What a matcher's or a primitive's value is multiplied by in its term.
    var coefficient = 1.0

    /// The coefficient as a formula writes it; nothing where it is 1.
    var factors: [String] { coefficient == 1 ? [] : [Distillation.describe(coefficient)] }
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
      }
    }
  }

  private mutating func append(
    _ match: LossGraph.Match, times coefficient: Double, of term: Int
  ) {
    let text = MatchText(match, in: graph)
    // A knowledge that computes nothing is called as its output is; the last stage is looked for.
    let isOutput =
      graph.nodes.knowledge(of: match.student) is Output
      && text.knowledge != "\(OutputName.lastStage)"
    let label = text.knowledge + (text.teacherKnowledge.map { " (teacher: \($0))" } ?? "")
    var place = find(isOutput ? .output : .knowledge, label, under: nil, for: term)
    for (step, relation) in text.relations.enumerated() {
      // The value of a streamed relation is never held, so that nothing else can use it.
      if match.isStreamed, step == text.relations.count - 1 {
        place = append(.relation, relation, under: place, for: term)
      } else {
        place = find(.relation, relation, under: place, for: term)
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
    _ kind: Node.Kind, _ label: String, under parent: Int?, for term: Int
  ) -> Int {
    let known = nodes.firstIndex {
      $0.kind == kind && $0.label == label && $0.parent == parent
    }
    guard let known else { return append(kind, label, under: parent, for: term) }
    nodes[known].terms.append(term)
    return known
  }

  private mutating func append(
    _ kind: Node.Kind, _ label: String, under parent: Int?, for term: Int
  ) -> Int {
    nodes.append(Node(kind: kind, label: label, parent: parent, terms: [term]))
    return nodes.count - 1
  }

  /// Whether a node is a whole term.
  func isTerm(_ node: Node) -> Bool {
    node.kind == .primitive && node.label == terms[node.terms[0]].formula
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
