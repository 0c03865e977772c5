import Distillation
import Experiments

extension Results.Row {
  /// The loss as a formula, as equations, and as a drawing of what is computed from what. If the
  /// registry lacks a paper, there is only the formula.
  func loss(in registry: Registry) -> Markup {
    Markup(
      "section", ["class": "loss"], Markup("h4", [:], .text(name)),
      Markup("p", [:], Markup("code", [:], .text("L = " + formula))),
      .group(notes.map { Markup("p", ["class": "note"], .text($0)) }),
      (try? registry.loss(formula)).map { Self.terms(of: $0) } ?? .nothing)
  }

  private static func terms(of graph: LossGraph) -> Markup {
    let equations = graph.summands.map { term in
      Markup(
        "li", [:], Markup("code", [:], .text("\(term.weightText) · \(term.formula)")),
        graph.equation(of: term).map { Markup("div", ["class": "equation"], .equation($0)) }
          ?? .nothing)
    }
    let outline = GraphOutline(graph)
    return .group([
      equations.isEmpty ? .nothing : Markup("ul", ["class": "terms"], equations),
      graph.tensorsNote.map { Markup("p", ["class": "note"], .text("\($0).")) } ?? .nothing,
      outline.nodes.isEmpty
        ? .nothing
        : .group([
          Markup("p", ["class": "note"], "From a network’s outputs to the terms:"),
          tree(outline, under: nil),
        ]),
    ])
  }

  private static func tree(_ outline: GraphOutline, under parent: Int?) -> Markup {
    Markup(
      "ul", ["class": "tree"],
      outline.children(of: parent).map { node in
        Markup(
          "li", [:], Markup("span", [:], .text(outline.label(of: node))),
          outline.children(of: node).isEmpty ? .nothing : tree(outline, under: node))
      })
  }
}
