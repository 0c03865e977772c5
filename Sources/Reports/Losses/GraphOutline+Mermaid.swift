import Distillation

extension GraphOutline {
  package var mermaid: String {
    var lines = ["flowchart LR"]
    for (index, node) in nodes.enumerated() {
      let label = "\"\(escaped(node.label))\""
      switch node.kind {
      case .output, .knowledge: lines.append("n\(index)([\(label)])")
      case .relation, .selection: lines.append("n\(index)[\(label)]")
      case .matcher: lines.append("n\(index){{\(label)}}")
      case .primitive where node.isTerm: continue
      case .primitive: lines.append("n\(index)[[\(label)]]")
      }
      if let parent = node.parent { lines.append("n\(parent) --> n\(index)") }
    }
    for (index, term) in terms.enumerated() {
      lines.append("t\(index)[[\"\(escaped(term.name))\"]]")
      for (leaf, node) in nodes.enumerated() where node.terms == [index] {
        switch (node.kind, node.parent) {
        case (.primitive, let parent?) where node.isTerm:
          lines.append(edge("n\(parent)", [], "t\(index)"))
        case (.matcher, _), (.primitive, _):
          lines.append(edge("n\(leaf)", node.factors, "t\(index)"))
        default: break
        }
      }
      lines.append(edge("t\(index)", term.factors, "loss"))
    }
    lines.append("loss((\"loss\"))")
    return lines.joined(separator: "\n  ") + "\n"
  }

  private func edge(_ start: String, _ factors: [String], _ end: String) -> String {
    factors.isEmpty
      ? "\(start) --> \(end)"
      : "\(start) -- \"\(factors.joined(separator: " · "))\" --> \(end)"
  }

  /// A text in quotes. `#` would begin an entity, and a backtick at the start would make it
  /// Markdown.
  private func escaped(_ label: String) -> String {
    let text = label.replacing("#", with: "#35;").replacing("\"", with: "#quot;")
    return text.hasPrefix("`") ? "#96;" + text.dropFirst() : text
  }
}
