import Distillation
import Foundation
import Training

/// `kindred new`
struct New: Command {
  let name = "new"
  let summary = "Writes a recipe for your data, or a new paper."
  let discussion = """
    Examples:
      kindred new recipe pictures
      kindred new package Example
      kindred new paper Example
    """
  let subcommands: [any Command]

  /// In `folder`: a paper in a checkout of Kindred, a package anywhere. A recipe goes where its path says.
  init(
    registry: Registry, networks: Networks = .standard, program: String = "kindred",
    folder: String = FileManager.default.currentDirectoryPath,
    sources: KindredSources? = .ofThisProgram()
  ) {
    subcommands = [
      NewRecipe(networks: networks, program: program),
      NewPackage(registry: registry, folder: folder, sources: sources),
      NewPaper(registry: registry, folder: folder),
    ]
  }

  func run(_ arguments: Arguments, console: Console) {}
}

/// `kindred new paper`
struct NewPaper: Command {
  let name = "paper"
  let summary = "Writes a paper that compiles, registers itself and passes all tests as it is."
  let discussion = """
    Run it where Kindred's Package.swift is. It writes the paper's Swift file, its
    registration, its page and its reference, which is a test, and enters the name
    in Package.swift, in Sources/Kindred/Kindred.swift and in README.md: all of it,
    or nothing. The loss that it writes compares distances, divided by their mean;
    docs/adding-a-paper.md goes on from there.

    Examples:
      kindred new paper Example
      kindred new paper CCKD
    """

  let registry: Registry
  let folder: String

  let paper = Parameter<String>.argument(
    "NAME", "The name of the paper's type, its module and its folder: Example, MyLoss.")

  func run(_ arguments: Arguments, console: Console) throws {
    let checkout = try Checkout(at: folder)
    let name = arguments[paper]
    try PaperName.check(name, in: checkout, registry)
    let changes = try checkout.changes(adding: PaperTemplate(name: name))
    try checkout.apply(changes)
    let lines = changes.map { "\($0.old == nil ? "wrote" : "changed") \($0.path)\n" }
    try console.write(
      lines.joined() + """

        Next:
          swift run kindred check \(lowerCamelCase(name))
          swift test --filter 'ConformanceTests|RegistryTests|ReferenceTests|\(name)Tests'
        Then docs/adding-a-paper.md, from the loss that is there to the paper's own.

        """)
  }
}
