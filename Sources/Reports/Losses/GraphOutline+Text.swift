import Distillation

extension GraphOutline {
  /// One line for each node. A term is named at the end of the line with which it ends.
  package var text: String {
    children(of: nil).map { lines(from: $0, first: "", others: "") }.joined()
  }

  private func lines(from node: Int, first: String, others: String) -> String {
    let children = children(of: node)
    var text = first + label(of: node) + "\n"
    for (index, child) in children.enumerated() {
      let isLast = index == children.count - 1
      text += lines(
        from: child, first: others + (isLast ? "└─ " : "├─ "),
        others: others + (isLast ? "   " : "│  "))
    }
    return text
  }

  /// The name of a node in a drawing.
  package func label(of index: Int) -> String {
    let node = nodes[index]
    switch node.kind {
    case .primitive where node.isTerm: return weighted([], terms[node.terms[0]])
    case .matcher, .primitive:
      return "\(node.label) → \(weighted(node.factors, terms[node.terms[0]]))"
    case _ where isShared(node): return "\(node.label) (once for \(node.terms.count) matches)"
    case .output, .knowledge, .relation, .selection: return node.label
    }
  }

  private func weighted(_ factors: [String], _ term: LossGraph.Summand) -> String {
    (term.factors + factors + [term.name]).joined(separator: " · ")
  }
}
