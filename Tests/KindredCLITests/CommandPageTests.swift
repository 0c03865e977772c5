import Foundation
import Kindred
import Testing

@testable import KindredCLI

/// The tables of docs/command.md are what the command declares.
@Suite struct CommandPageTests {
  private static let page = URL(filePath: #filePath).appending(path: "../../../docs/command.md")
    .standardized

  private static var verbs: String {
    let program = Program.kindred(registry: .linked)
    let rows = program.subcommands.flatMap { Self.rows(at: [program, $0]) }
    return "| verb | option | what it does |\n|---|---|---|\n" + rows.joined()
  }

  /// A row for the verb, and one for each of its options.
  private static func rows(at path: [any Command]) -> [String] {
    let command = path[path.count - 1]
    guard command.subcommands.isEmpty else {
      return command.subcommands.flatMap { rows(at: path + [$0]) }
    }
    let help = Help(path: path, width: 80)
    let arguments = command.parameters.map { $0.declaration }.filter { $0.kind == .argument }
      .map { "\($0.isRequired ? $0.label : "[\($0.label)]")\($0.isRepeated ? "..." : "")" }
    let call = (path.dropFirst().map { $0.name } + arguments).joined(separator: " ")
    return [row([code(call), "", command.summary])]
      + help.arguments.map { row(["", code($0.name), $0.text]) }
      + help.options.dropLast().map { row(["", code($0.name), $0.text]) }
  }

  private static func code(_ text: String) -> String { "`\(text)`" }

  private static func row(_ cells: [String]) -> String {
    "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |\n"
  }

  private static var codes: String {
    "| code | meaning |\n|---|---|\n"
      + ExitCode.allCases.map { row(["\($0.rawValue)", $0.meaning]) }.joined()
  }

  private static var environment: String {
    "| variable | meaning |\n|---|---|\n"
      + EnvironmentVariable.all.map { row([code($0.name), $0.meaning]) }.joined()
  }

  /// The page with a table between the comment that begins so and the end's.
  private static func replacing(_ comment: String, with table: String, in page: String) throws
    -> String
  {
    let parts = page.components(separatedBy: "<!-- \(comment)")
    try #require(parts.count == 2)
    let start = try #require(parts[1].firstRange(of: "-->\n"))
    let end = try #require(parts[1].firstRange(of: "<!-- end -->"))
    return parts[0] + "<!-- \(comment)" + parts[1][..<start.upperBound] + table
      + parts[1][end.lowerBound...]
  }

  @Test func tablesAreWhatIsDeclared() throws {
    let page = try String(contentsOf: Self.page, encoding: .utf8)
    var written = page
    for (comment, table) in [
      ("verbs", Self.verbs), ("codes", Self.codes), ("environment", Self.environment),
    ] {
      written = try Self.replacing(comment, with: table, in: written)
    }
    if ProcessInfo.processInfo.environment["KINDRED_WRITE"] != nil {
      try written.write(to: Self.page, atomically: true, encoding: .utf8)
    } else {
      #expect(page == written, "write it: KINDRED_WRITE=1 swift test --filter CommandPageTests")
    }
  }
}
