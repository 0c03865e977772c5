import Distillation
import Reports
import Training

/// `kindred list`
struct List: Command {
  let name = "list"
  let summary = "Lists what formulas and recipes can name, and how batches are drawn."
  let discussion = """
    Examples:
      kindred list papers
      kindred list relations --format json

    The parameters of each name follow it, with their defaults. Deeper networks have
    more blocks in a stage. A formula reads one as output(layer: "stage2.block1").
    """

  let registry: Registry
  let networks: Networks
  let guide: ParameterGuide

  let kind = Parameter<Catalogue.Kind?>.argument("KIND", "What to list. Without it, everything.")
  let format = Parameter<OutputFormat>.option(
    "format", default: .text, "How the list is written.")

  func run(_ arguments: Arguments, console: Console) throws {
    let catalogue = Catalogue(registry: registry, networks: networks, guide: guide)
    let kinds = arguments[kind].map { [$0] } ?? Catalogue.Kind.allCases
    switch arguments[format] {
    case .text:
      let tables = kinds.map { catalogue.table($0).text(width: console.textWidth) }
      try console.write(tables.joined(separator: "\n"))
    case .json:
      try console.write(
        JSON.object(kinds.map { ($0.rawValue, catalogue.json($0)) }).text + "\n")
    }
  }
}
