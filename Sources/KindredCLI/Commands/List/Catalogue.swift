import Distillation
import Reports
import Training

/// Everything that has a name, kind by kind and sorted by name.
struct Catalogue {
  enum Kind: String, CaseIterable, ArgumentValue {
    case papers, terms, weights, relations, matchers, knowledge, samplers, networks, datasets
  }

  let registry: Registry
  let networks: Networks
  let guide: ParameterGuide

  func table(_ kind: Kind) -> Table {
    var table: Table
    switch kind {
    case .papers:
      table = Table(["paper", "title", "venue"])
      for paper in registry.papers {
        table.append([paper.name, paper.citation.title, paper.citation.venue])
      }
    case .terms:
      table = Table(["term", "loss"])
      for term in terms {
        table.append([term.name, term.equation])
        for parameter in guide.parameters(of: term) {
          table.append(["  \(parameter.argument)", parameter.meaning])
        }
      }
      table.append([MatchText.call, MatchText.equation])
    case .weights:
      table = Table(["around terms", "loss"])
      for weighting in Weightings.all {
        table.append([weighting.call, weighting.equation])
        for parameter in parameters(of: weighting) {
          table.append(["  \(parameter.argument)", parameter.meaning])
        }
      }
    case .relations: table = Self.table("relation", "takes", relations)
    case .matchers: table = Self.table("matcher", "takes", matchers)
    case .knowledge:
      table = Self.table("knowledge", "reads", knowledge)
      table.append([
        "logits, embedding, stage1, …", Output.summary, "the output of that name",
      ])
    case .samplers:
      table = Table(["sampler", "batches"])
      for (name, summary) in Samplers.summaries { table.append([name, summary]) }
    case .networks:
      table = Table(["network", "outputs of an example"])
      for (pattern, example) in networks.kinds {
        table.append([pattern, example.outputNames.joined(separator: ", ")])
      }
    case .datasets:
      table = Table(["data set", "images"])
      for (name, summary) in DataSets.summaries { table.append([name, summary]) }
    }
    return table
  }

  private static func table(_ kind: String, _ takes: String, _ entries: [Entry]) -> Table {
    var table = Table([.init(kind), "meaning", .init(takes)])
    for entry in entries {
      table.append([entry.name, entry.summary, entry.takes])
      for parameter in entry.parameters {
        table.append(["  \(parameter.argument)", parameter.meaning, ""])
      }
    }
    return table
  }

  func json(_ kind: Kind) -> JSON {
    switch kind {
    case .papers:
      .array(
        registry.papers.map { paper in
          .object([
            ("name", .string(paper.name)), ("citation", JSON(paper.citation)),
            ("parts", .strings(paper.summands.map { $0.name }.sorted())),
          ])
        })
    case .terms:
      .array(
        terms.map { term in
          .object([
            ("name", .string(term.name)), ("equation", .string(term.equation)),
            ("parameters", .array(guide.parameters(of: term).map { $0.json })),
          ])
        })
    case .weights: .array(Weightings.all.map { json($0) })
    case .relations: .array(relations.map { $0.json("takes") })
    case .matchers: .array(matchers.map { $0.json("takes") })
    case .knowledge: .array(knowledge.map { $0.json("reads") })
    case .samplers: Self.json(Samplers.summaries)
    case .networks:
      .array(
        networks.kinds.map { pattern, example in
          .object([
            ("name", .string(pattern)), ("example", .string(example.name)),
            ("outputs", .strings(example.outputNames)),
          ])
        })
    case .datasets: Self.json(DataSets.summaries)
    }
  }

  private func json<W: Weighting>(_ type: W.Type) -> JSON {
    .object([
      ("name", .string(W.name)), ("equation", .string(W.equation)), ("takes", .string(W.takes)),
      ("parameters", .array(parameters(of: type).map { $0.json })),
    ])
  }

  private func parameters<W: Weighting>(of type: W.Type) -> [ParameterDescription] {
    guide.parameters(of: W.Settings.self)
  }

  private static func json(_ summaries: [(name: String, summary: String)]) -> JSON {
    .array(
      summaries.map { name, summary in
        .object([("name", .string(name)), ("summary", .string(summary))])
      })
  }

  private var terms: [any NamedTerm.Type] {
    registry.terms.values.sorted { $0.name < $1.name }
  }

  var relations: [Entry] {
    registry.relations.values.map { Entry($0, guide) { "\($0.takes)" } }
      .sorted { $0.name < $1.name }
  }

  var matchers: [Entry] {
    registry.matchers.values.map { Entry($0, guide) { "\($0.accepts)" } }
      .sorted { $0.name < $1.name }
  }

  var knowledge: [Entry] {
    registry.knowledge.values.map { Entry(knowledge: $0, guide) }.sorted { $0.name < $1.name }
  }
}

/// A relation, a matcher or a knowledge.
struct Entry {
  let name: String
  /// What it is.
  let summary: String
  let parameters: [ParameterDescription]
  /// The tensors that it takes, or the outputs that it reads.
  let takes: String

  init<T: Named & Configurable>(
    _ type: T.Type, _ guide: ParameterGuide, takes: (T) -> String
  ) {
    self.name = T.name
    self.summary = T.summary
    self.parameters = guide.parameters(of: type)
    self.takes = takes(T.standard)
  }

  init<T: Knowledge & Configurable>(knowledge type: T.Type, _ guide: ParameterGuide) {
    self.init(type, guide) { knowledge in
      knowledge.outputs.map { $0 == .lastStage ? "the last stage" : "\($0)" }
        .joined(separator: ", ")
    }
  }

  func json(_ takesName: String) -> JSON {
    .object([
      ("name", .string(name)), ("summary", .string(summary)),
      ("parameters", .array(parameters.map { $0.json })),
      (takesName, .string(takes)),
    ])
  }
}
