import Foundation
import Tensors

/// `kindred with`
struct With: ForwardingCommand {
  let name = "with"
  let summary = "Runs any verb with the papers of another package."
  let discussion = """
    The first call builds a program of all commands and the package's papers. The
    program is kept, and built again when a file of the package changes. It is given
    everything after PACKAGE, and its output and exit code are those of the command.

    PACKAGE is the folder of a Swift package that depends on Kindred, or the URL of
    one. Without --at, a URL means the default branch as it was at the first call;
    --update fetches what is there now. Building a package runs code of its author.

    Examples:
      kindred with . check example
      kindred with ../MyPapers run recipe.json5
      kindred with https://example.org/papers.git --at 1.0.0 list papers
    """

  let at = Parameter<String?>.option(
    "at", "REVISION", "The branch, tag or commit of a URL.")
  let update = Parameter.flag("update", "Fetches the URL again.")
  let package = Parameter<String>.argument(
    "PACKAGE", completion: .folders, "The folder or the URL of a package with papers.")
  let verb = Parameter<[String]>.argument(
    "VERB", "What to do, with all that the verb takes. Nothing: the help of the program.")

  /// `PATH`, and the variables that say where caches are.
  var environment = ProcessInfo.processInfo.environment

  func run(_ arguments: Arguments, console: Console) throws {
    let tools = Tools(folders: environment["PATH"] ?? "", console: console)
    let cache = BuildCache(environment: environment)
    let place = try PackagePlace(arguments[package], at: arguments[at], update: arguments[update])
    let folder = try place.folder(fetchedInto: cache, by: tools)
    let build = ProgramBuild(package: folder, name: place.name, cache: cache, tools: tools)
    let program = try build.program()
    try Tools.become(
      program.path, called: Self.called(place.name, at: arguments[at]), arguments[verb],
      setting: [Self.checksumVariable: program.checksum])
  }

  /// The variable by which a package's program knows the checksum of the package's code, for its
  /// results.
  static let checksumVariable = "KINDRED_PACKAGE"

  /// What a package's program is called, as one types it in a shell.
  static func called(_ package: String, at revision: String?) -> String {
    let words = ["kindred", "with", package] + (revision.map { ["--at", $0] } ?? [])
    return words.map { $0.shellWord }.joined(separator: " ")
  }
}
