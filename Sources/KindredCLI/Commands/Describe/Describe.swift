import Distillation
import Reports

/// `kindred describe`
struct Describe: Command {
  let name = "describe"
  let summary = "Describes a paper, a term, a part of one, or a whole loss."
  let discussion = """
    Examples:
      kindred describe rkd
      kindred describe 'ce + 25*rkd.distance + 50*rkd.angle'
      kindred describe 'rkd + match(embedding, by: distances, with: huber)' \\
        --format mermaid
    """

  enum Format: String, CaseIterable, ArgumentValue { case text, json, mermaid }

  let registry: Registry

  let subject = Parameter<String>.argument(
    "NAME|FORMULA",
    "A paper, term, relation, matcher or knowledge, or a loss such as 'ce + 25*rkd.distance'.")
  let format = Parameter<Format>.option(
    "format", default: .text, "How the description is written; mermaid is the graph alone.")

  func run(_ arguments: Arguments, console: Console) throws {
    let description = try Description(of: arguments[subject], in: registry)
    switch arguments[format] {
    case .text: try console.write(description.text(width: console.textWidth))
    case .json: try console.write(JSON.object(description.members).text + "\n")
    case .mermaid:
      guard let graph = description.graph else {
        throw CommandError.invalidUse("'\(arguments[subject])' is no loss and has no graph")
      }
      try console.write(GraphOutline(graph).mermaid)
    }
  }
}
