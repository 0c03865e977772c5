import Distillation
import Reports

extension Description {
  func text(width: Int) -> String {
    var sections: [String] = []
    for named in [named, weighting].compactMap({ $0 }) {
      sections += self.sections(on: named, width: width)
    }
    if let graph {
      if named == nil { sections.append(terms(of: graph)) }
      sections.append(GraphOutline(graph).text)
      sections += tensors(of: graph, width: width)
    }
    return sections.joined(separator: "\n")
  }

  private func sections(on named: Named, width: Int) -> [String] {
    var heading = "\(named.name), a \(named.kind)\n"
    if let citation = named.citation {
      heading += "\(citation.title)\n\(citation.authors), \(citation.venue)\n\(citation.url)\n"
    }
    var sections = [heading]
    if let summary = named.summary {
      sections.append(summary.wrapped(toDisplayWidth: width).joined(separator: "\n") + "\n")
    }
    if let equation = named.equation { sections.append("  \(equation)\n") }
    if let takes = named.takes {
      sections.append("\(named.kind == "knowledge" ? "Reads" : "Takes") \(takes).\n")
    }
    if let setting = named.setting { sections.append("A recipe names it in \(setting).\n") }
    if !named.parameters.isEmpty {
      sections.append(table(of: named.parameters).text(width: width))
    }
    if !named.invariances.isEmpty {
      let names = named.invariances.map { $0.words }.joined(separator: ", ", last: " and ")
      let lines = "Unchanged by \(names).".wrapped(toDisplayWidth: width)
      sections.append(lines.joined(separator: "\n") + "\n")
    }
    return sections
  }

  /// The table of the parameters. A column that would be empty is left out.
  private func table(of parameters: [ParameterDescription]) -> Table {
    let isExplained = parameters.contains { !$0.meaning.isEmpty }
    var table = Table(["parameter", "default"] + (isExplained ? ["meaning"] : []))
    for parameter in parameters {
      let choices = parameter.choiceSummaries
      let meaning = choices.isEmpty ? parameter.meaning : parameter.summary ?? ""
      table.append([parameter.name, parameter.defaultText] + (isExplained ? [meaning] : []))
      for (name, summary) in choices { table.append(["", "", "\(name): \(summary)"]) }
    }
    return table
  }

  /// Each term with its weight, and its equation and parameters below it.
  private func terms(of graph: LossGraph) -> String {
    let weights = graph.summands.map { $0.weightText }
    let column = weights.reduce(0) { max($0, $1.displayWidth) }
    return zip(weights, graph.summands).map { weight, term in
      let padding = String(repeating: " ", count: column - weight.displayWidth)
      let parameters = term.parameters.map { "\($0.name) \(Distillation.describe($0.value))" }
      let below = [graph.equation(of: term), parameters.joined(separator: ", ")]
        .compactMap { $0 }.filter { !$0.isEmpty }
        .map { String(repeating: " ", count: column + 3) + $0 + "\n" }
      return "\(padding)\(weight) · \(term.formula)\n\(below.joined())"
    }
    .joined() + graph.weightNotes.map { $0 + "\n" }.joined()
  }

  /// What the terms learn and what they remember, a tensor a line; nothing if they do neither.
  private func tensors(of graph: LossGraph, width: Int) -> [String] {
    let known = graph.knownTensors
    let lists = [
      ("Learned with the student", StateTensor.Purpose.parameter),
      ("Remembered from step to step", .memory),
    ].map { title, purpose in
      (title, known.filter { $0.purpose == purpose }.map { "  \($0.line)\n" }.joined())
    }
    let others = graph.termsWithTensors.filter { term in
      !known.contains { $0.name.hasPrefix("\(term).") }
    }
    let names = others.map { "'\($0)'" }.joined(separator: ", ", last: " and ")
    let sentence =
      "\(names) \(others.count == 1 ? "owns" : "own") tensors whose names depend on outputs."
    return lists.filter { !$0.1.isEmpty }.map { "\($0.0):\n\($0.1)" }
      + (others.isEmpty
        ? [] : [sentence.wrapped(toDisplayWidth: width).joined(separator: "\n") + "\n"])
  }
}

extension LossGraph.KnownTensor {
  /// `rrd.queue, at most 16384 rows`: its name, its size if that is known, and the terms if its name does not
  /// say them.
  fileprivate var line: String {
    let size =
      switch size {
      case nil: ""
      case .shape(let shape): ", of shape \(shape)"
      case .rows(let most): ", at most \(most) row\(most == 1 ? "" : "s")"
      case .rowOfEachExample: ", a row for each example"
      }
    let isNamed = terms.count == 1 && name.hasPrefix("\(terms[0]).")
    return name + size
      + (isNamed ? "" : ", for \(terms.joined(separator: ", ", last: " and "))")
  }
}

extension Invariance {
  fileprivate var words: String {
    switch self {
    case .rotation: "rotated features"
    case .scaling: "scaled features"
    case .translation: "translated examples"
    case .shift: "a shift of an example's features"
    case .batchOrder: "the order of the batch"
    case .tokenOrder: "the order of the tokens"
    case .mapRotation: "features rotated with the learned map"
    }
  }
}
