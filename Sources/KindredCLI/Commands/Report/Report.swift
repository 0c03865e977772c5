import Distillation
import Experiments
import Foundation
import Reports
import TensorFiles
import Tensors

/// The command `kindred report`.
struct Report: Command {
  let name = "report"
  let summary = "Writes the report of a run again, or one on several runs side by side."
  let discussion = """
    For one folder of results, its report.html is written again. For several, one
    report of all runs is written: the verdicts, then equal rows side by side, then
    every run. A report is one HTML file that needs no network. With --format
    markdown, the claims and numbers of all runs go to standard output, for a
    document.

    Examples:
      kindred report results/quickstart
      kindred report results/* --format markdown
      kindred report results/sp results/sp-2 --out both.html
    """

  let registry: Registry
  /// What the running program is called.
  let program: String

  let folders = Parameter<[String]>.argument(
    "DIR", completion: .folders, isRequired: true, "A folder that 'kindred run' has written.")
  let out = Parameter<String?>.option(
    "out", "FILE", completion: .files(".html"),
    "Where the report goes. Without it, DIR/report.html of the one folder.")
  enum Format: String, CaseIterable, ArgumentValue { case html, markdown }

  let format = Parameter<Format>.option(
    "format", default: .html, "A page to look at, or tables on standard output.")
  let force = Parameter.flag("force", "Overwrites the file of --out if it exists.")

  func run(_ arguments: Arguments, console: Console) throws {
    let folders = arguments[folders]
    if arguments[format] == .markdown {
      guard arguments[out] == nil, !arguments[force] else {
        throw CommandError.invalidUse(
          "'--format markdown' goes to standard output: give neither --out nor --force")
      }
      let texts = try folders.map { try results(in: $0).markdown(called: Self.name(of: $0)) }
      return try console.write(texts.joined(separator: "\n"))
    }
    guard folders.count == 1 || arguments[out] != nil else {
      throw CommandError.invalidUse("a report on \(folders.count) runs needs --out FILE")
    }
    var runs = try folders.map { folder in
      let results = try results(in: folder)
      let diagnostics = try diagnostics(in: folder)
      if diagnostics == nil {
        console.note("'\(folder.visible)' has no diagnostics.json: no relations, no embeddings")
      }
      if let warning = warning(on: results, in: folder) { console.note(warning) }
      return RunReport(
        results, diagnostics, called: Self.name(of: folder), registry: registry,
        version: Program.version)
    }
    // Runs of the same recipe are distinguished by their folders.
    let titles = runs.map(\.title)
    for (index, title) in titles.enumerated() where titles.count(where: { $0 == title }) > 1 {
      runs[index].title = "\(title) (\(folders[index]))"
    }
    let path = arguments[out] ?? (folders[0] as NSString).appendingPathComponent("report.html")
    try AtomicFile.write(
      ReportPage(runs).html, to: path,
      // A run's own report may be replaced: it holds nothing that is not in the other files.
      overwriting: arguments[out] == nil || arguments[force])
    try console.write(path + "\n")
  }

  /// What the report lacks because this program does not know all papers of the run.
  private func warning(on results: Results, in folder: String) -> String? {
    let names = results.rows.compactMap { row in
      do {
        _ = try registry.loss(row.formula)
        return nil as String?
      } catch {
        return UnknownPart(error)?.name
      }
    }
    guard !names.isEmpty else { return nil }
    let quoted = Set(names).sorted().map { "'\($0.visible)'" }.joined(separator: ", ")
    let command = results.program?.command ?? ""
    let recorded = command.firstRange(of: " run ").map { String(command[..<$0.lowerBound]) }
    let knowing = recorded.flatMap { $0 == program || $0 == "kindred" ? nil : $0 }
    return "warning: '\(folder.visible)' has losses with \(quoted), which this program does not "
      + "know: no equations, no graphs; '\(knowing ?? "kindred with PACKAGE") report "
      + "\(folder.shellWord)' draws them"
  }

  private static func name(of folder: String) -> String {
    (folder as NSString).standardizingPath.split(separator: "/").last.map { String($0) } ?? folder
  }

  private func results(in folder: String) throws -> Results {
    let path = (folder as NSString).appendingPathComponent("results.json")
    let data = try Data(file: path)
    do {
      return try Results.read(data)
    } catch {
      throw CommandError.badData("\(path.visible): \(Self.reason(error))")
    }
  }

  private func diagnostics(in folder: String) throws -> Diagnostics? {
    let path = (folder as NSString).appendingPathComponent("diagnostics.json")
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let data = try Data(file: path)
    do {
      let diagnostics = try CheckedJSON.decode(Diagnostics.self, from: data)
      if let problem = diagnostics.problem { throw CommandError.badData(problem) }
      return diagnostics
    } catch {
      throw CommandError.badData("\(path.visible): \(Self.reason(error))")
    }
  }

  /// Says in words what is missing or superfluous in the JSON.
  private static func reason(_ error: any Error) -> String {
    func place(_ path: [any CodingKey]) -> String {
      path.isEmpty ? "" : "in " + path.map { $0.stringValue }.joined(separator: ".") + ": "
    }
    return switch error {
    case DecodingError.keyNotFound(let key, let context):
      "\(place(context.codingPath))'\(key.stringValue)' is missing"
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
      place(context.codingPath) + context.debugDescription
    case DecodingError.dataCorrupted(let context):
      place(context.codingPath) + "not JSON: " + context.debugDescription
    default: "\(error)"
    }
  }
}
