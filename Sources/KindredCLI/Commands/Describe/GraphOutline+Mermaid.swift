import Distillation

extension GraphOutline {
  var mermaid: String {
    var lines = ["flowchart LR"]
    for (index, node) in nodes.enumerated() {
      let label = "\"\(escaped(node.label))\""
      switch node.kind {
      case .output, .knowledge: lines.append("n\(index)([\(label)])")
      case .relation: lines.append("n\(index)[\(label)]")
      case .matcher: lines.append("n\(index){{\(label)}}")
      case .term: continue
      }
      if let parent = node.parent { lines.append("n\(parent) --> n\(index)") }
    }
    for (index, term) in terms.enumerated() {
      lines.append("t\(index)[[\"\(escaped(term.name))\"]]")
      for (leaf, node) in nodes.enumerated() where node.terms == [index] {
        switch (node.kind, node.parent) {
        case (.matcher, _): lines.append(edge("n\(leaf)", node.coefficient, "t\(index)"))
        case (.term, let parent?): lines.append(edge("n\(parent)", 1, "t\(index)"))
        default: break
        }
      }
      lines.append(edge("t\(index)", term.weight, "loss"))
    }
    lines.append("loss((\"loss\"))")
    return lines.joined(separator: "\n  ") + "\n"
  }

  private func edge(_ start: String, _ factor: Double, _ end: String) -> String {
    factor == 1
      ? "\(start) --> \(end)" : "\(start) -- \"\(Distillation.describe(factor))\" --> \(end)"
  }

  private func escaped(_ label: String) -> String {
    label.replacing("\"", with: "#quot;")
  }
}
