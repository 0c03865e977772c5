import Distillation
import Reports
import Training

/// What is known of a name or of a formula.
struct Description {
  /// The description of a name. A formula has no name of its own, so it has none.
  struct Named {
    let kind: String
    let name: String
    /// What it is, unless an equation says so.
    var summary: String?
    var equation: String?
    var citation: Citation?
    var parameters: [ParameterDescription] = []
    var invariances: [Invariance] = []
    /// What it takes, or which outputs it reads.
    var takes: String?
    /// The setting of a recipe that it is a value of.
    var setting: String?
  }

  let registry: Registry
  let guide: ParameterGuide
  let named: Named?
  /// The weighting of that name, if a matcher has the same.
  let weighting: Named?
  /// The loss that a formula is, or a term with its defaults.
  let graph: LossGraph?

  /// Finds what `subject` is. What an error suggests is called by the name of the program.
  init(
    of subject: String, in registry: Registry, networks: Networks, guide: ParameterGuide,
    program: String
  ) throws {
    self.registry = registry
    let names = RecipeNames(networks: networks)
    self.guide = guide
    let weighting = Weightings.named(subject).map { Self.named($0, guide) }
    let part = Self.part(subject, in: registry, names, guide)
    self.weighting = part == nil ? nil : weighting
    if part == nil, let weighting {
      named = weighting
      graph = nil
    } else if subject == MatchText.name {
      named = Named(
        kind: "term", name: subject, equation: MatchText.equation, takes: MatchText.takes)
      graph = nil
    } else if let term = registry.terms[subject] {
      named = Self.named(term, in: registry, guide)
      graph = try registry.loss(subject)
    } else if let part = part ?? names.named(subject) {
      named = part
      graph = nil
    } else {
      named = nil
      graph = try Self.loss(subject, in: registry, names, program: program)
    }
  }

  /// The loss that a formula is. What looks like a name and is none is told what is near.
  private static func loss(
    _ subject: String, in registry: Registry, _ names: RecipeNames, program: String
  ) throws -> LossGraph {
    do {
      return try registry.loss(subject)
    } catch {
      guard subject.allSatisfy({ $0.isLetter || $0.isNumber || ".-:".contains($0) }) else {
        throw error
      }
      if Catalogue.Kind(rawValue: subject) != nil {
        throw CommandError.badData(
          "'\(subject)' is no single name; '\(program) list \(subject)' shows them all")
      }
      let hint = nearest(to: subject, in: all(in: registry, names)).map {
        "; did you mean '\($0)'?"
      }
      throw CommandError.badData(
        "nothing is named '\(subject)'\(hint ?? "; '\(program) list' shows every name")")
    }
  }

  private static func all(in registry: Registry, _ names: RecipeNames) -> [String] {
    Weightings.all.map { $0.name } + [MatchText.name] + Array(registry.terms.keys)
      + Array(registry.relations.keys) + Array(registry.matchers.keys)
      + Array(registry.knowledge.keys) + names.outputs + names.all
  }

  private static func named<T: NamedTerm>(
    _ term: T.Type, in registry: Registry, _ guide: ParameterGuide
  ) -> Named {
    let paper = registry.papers.first { paper in
      paper.name == T.name || paper.summands.contains { $0.name == T.name }
    }
    return Named(
      kind: paper?.name == T.name ? "paper" : "term", name: T.name, equation: T.equation,
      citation: paper?.citation, parameters: guide.parameters(of: term),
      invariances: T.invariances)
  }

  private static func named<W: Weighting>(_ type: W.Type, _ guide: ParameterGuide) -> Named {
    Named(
      kind: W.kind, name: W.name, equation: W.equation,
      parameters: guide.parameters(of: W.Settings.self), takes: W.takes)
  }

  private static func part(
    _ name: String, in registry: Registry, _ names: RecipeNames, _ guide: ParameterGuide
  ) -> Named? {
    let found: (kind: String, entry: Entry)
    if let type = registry.relations[name] {
      found = ("relation", Entry(type, guide) { "\($0.takes)" })
    } else if let type = registry.matchers[name] {
      found = ("matcher", Entry(type, guide) { "\($0.accepts)" })
    } else if let type = registry.knowledge[name] {
      found = ("knowledge", Entry(knowledge: type, guide))
    } else if names.outputs.contains(name) {
      return Named(
        kind: "knowledge", name: name, summary: Output.summary, takes: "the output of that name")
    } else {
      return call(name, in: registry)
    }
    return Named(
      kind: found.kind, name: name, summary: found.entry.summary,
      parameters: found.entry.parameters, takes: found.entry.takes)
  }

  /// A knowledge as formulas write it: `logits@virtual`, `output(layer: x)`.
  private static func call(_ text: String, in registry: Registry) -> Named? {
    guard let knowledge = try? registry.knowledge(text) else { return nil }
    return Named(
      kind: "knowledge", name: text, summary: type(of: knowledge).summary,
      takes: knowledge.outputs == [OutputName(text)]
        ? "the output of that name"
        : knowledge.outputs.map { "\($0)" }.joined(separator: ", "))
  }
}

// MARK: - As JSON

extension Description {
  var members: [(name: String, value: JSON)] {
    var members: [(name: String, value: JSON)] = []
    if let named {
      members += self.members(of: named)
      if graph != nil {
        members.append(("invariances", .strings(named.invariances.map { $0.rawValue })))
      }
    }
    if let weighting { members.append(("also", .object(self.members(of: weighting)))) }
    if let graph {
      members.append(("formula", .string(graph.formula)))
      members += GraphOutline(graph).members
      if !graph.learnedScalars.isEmpty {
        members.append(("learned", .strings(graph.learnedScalars)))
      }
    }
    return members
  }

  private func members(of named: Named) -> [(name: String, value: JSON)] {
    var members: [(name: String, value: JSON)] = [
      ("kind", .string(named.kind)), ("name", .string(named.name)),
    ]
    if let summary = named.summary { members.append(("summary", .string(summary))) }
    if let equation = named.equation { members.append(("equation", .string(equation))) }
    if let citation = named.citation { members.append(("citation", JSON(citation))) }
    if let setting = named.setting {
      members.append(("setting", .string(setting)))
    } else {
      members.append(("parameters", .array(named.parameters.map { $0.json })))
    }
    if let takes = named.takes {
      members.append((named.kind == "knowledge" ? "reads" : "takes", .string(takes)))
    }
    return members
  }
}
