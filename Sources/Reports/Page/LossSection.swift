extension RunReport.Row {
  /// The loss as a formula, as equations, and as what is computed from what.
  var loss: Markup {
    let equations = terms.map { term in
      Markup(
        "li", [:], Markup("code", [:], .text("\(term.weight) · \(term.formula)")),
        term.equation.map { Markup("div", ["class": "equation"], .equation($0)) } ?? .nothing)
    }
    return Markup(
      "section", ["class": "loss"], Markup("h4", [:], .text(name)),
      Markup("p", [:], Markup("code", [:], .text("L = " + formula))),
      .group(notes.map { Markup("p", ["class": "note"], .text($0)) }),
      equations.isEmpty ? .nothing : Markup("ul", ["class": "terms"], equations),
      graph.isEmpty
        ? .nothing
        : .group([
          Markup("p", ["class": "note"], "From what a network gives to the terms:"),
          Self.tree(graph),
        ]))
  }

  private static func tree(_ nodes: [RunReport.Node]) -> Markup {
    Markup(
      "ul", ["class": "tree"],
      nodes.map { node in
        Markup(
          "li", [:], Markup("span", [:], .text(node.label)),
          node.children.isEmpty ? .nothing : tree(node.children))
      })
  }
}
