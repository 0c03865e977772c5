import Distillation
import Foundation
import TensorFiles

/// `kindred new package`
struct NewPackage: Command {
  let name = "package"
  let summary = "Writes a package of your own with a paper, its test and a recipe."
  let discussion = """
    It writes a new folder NAME. 'kindred with NAME' runs every verb with its paper,
    which compares distances, divided by their mean, until the paper's own loss
    takes their place.

    Examples:
      kindred new package Example
      kindred new package Example --from ../checkout
    """

  let registry: Registry
  let folder: String
  /// Where this program's own sources are.
  let sources: KindredSources?

  let package = Parameter<String>.argument(
    "NAME", "The name of the package, its module and the paper's type: Example, MyLoss.")
  let from = Parameter<String?>.option(
    "from", "PATH|URL", completion: .folders,
    "Where the package takes Kindred from. Otherwise from where this program was built.")

  func run(_ arguments: Arguments, console: Console) throws {
    let name = arguments[package]
    guard let sources = try arguments[from].map({ try KindredSources($0) }) ?? sources else {
      throw CommandError.missing(
        "this program does not know where Kindred is, since the folder in which it was built is "
          + "gone: name a folder or a URL with '--from'")
    }
    var checkout: Checkout?
    if case .folder(let path) = sources { checkout = try Checkout(at: path) }
    try PaperName.check(name, in: checkout, registry)

    let template = PackageTemplate(paper: PaperTemplate(name: name, library: "Kindred"), sources)
    try write(template.files, into: (folder as NSString).appendingPathComponent(name))
    let paths = template.files.map { "wrote \(name)/\($0.path)\n" }
    try console.write(
      paths.joined() + """

        Next:
          cd \(name)
        \(template.commands.map { "  \($0)\n" }.joined())
        """)
  }

  /// Writes all files into a new folder, or nothing.
  private func write(_ texts: [(path: String, text: String)], into folder: String) throws {
    let files = FileManager.default
    guard !files.fileExists(atPath: folder) else { throw FileError.exists(file: folder) }
    do {
      for (path, text) in texts {
        let path = (folder as NSString).appendingPathComponent(path)
        try files.createDirectory(
          atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try AtomicFile.write(text, to: path)
      }
    } catch {
      try? files.removeItem(atPath: folder)
      throw error
    }
  }
}
