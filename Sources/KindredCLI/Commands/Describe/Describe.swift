import Distillation
import Reports
import Training

/// `kindred describe`
struct Describe: Command {
  let name = "describe"
  let summary = "Describes a paper, a term, a part of one, a whole loss, or a name in a recipe."
  let discussion = """
    Examples:
      kindred describe rkd
      kindred describe resnet8:16
      kindred describe 'ce + 25*rkd.distance + 50*rkd.angle'
      kindred describe 'rkd + match(embedding, by: distances, with: huber)' \\
        --format mermaid
    """

  enum Format: String, CaseIterable, ArgumentValue { case text, json, mermaid }

  let registry: Registry
  let networks: Networks
  let guide: ParameterGuide
  /// What the running program is called.
  let program: String

  let subject = Parameter<String>.argument(
    "NAME|FORMULA",
    completion: .names(
      .terms, .weights, .relations, .matchers, .knowledge, .datasets, .samplers, .networks),
    """
    A paper, term, weight, relation, matcher or knowledge, a data set, sampler or network, or a \
    loss such as 'ce + 25*rkd.distance'.
    """)
  let format = Parameter<Format>.option(
    "format", default: .text, "How the description is written; mermaid is the graph alone.")

  func run(_ arguments: Arguments, console: Console) throws {
    let description = try Description(
      of: arguments[subject], in: registry, networks: networks, guide: guide, program: program)
    switch arguments[format] {
    case .text: try console.write(description.text(width: console.textWidth))
    case .json: try console.write(JSON.object(description.members).text + "\n")
    case .mermaid:
      guard let graph = description.graph else {
        throw CommandError.invalidUse("'\(arguments[subject])' is not a loss, so it has no graph")
      }
      try console.write(GraphOutline(graph).mermaid)
    }
  }
}
