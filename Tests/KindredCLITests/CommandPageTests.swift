import Kindred
import Testing

@testable import KindredCLI

/// The tables of docs/command.md are what the command declares.
@Suite struct CommandPageTests {
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
    return [GeneratedPage.row([GeneratedPage.code(call), "", command.summary])]
      + (help.arguments + help.options.dropLast()).map {
        GeneratedPage.row(["", GeneratedPage.code($0.name), $0.text])
      }
  }

  private static var codes: String {
    "| code | meaning |\n|---|---|\n"
      + ExitCode.allCases.map { GeneratedPage.row(["\($0.rawValue)", $0.meaning]) }.joined()
  }

  private static var environment: String {
    "| variable | meaning |\n|---|---|\n"
      + EnvironmentVariable.all.map {
        GeneratedPage.row([GeneratedPage.code($0.name), $0.meaning])
      }.joined()
  }

  @Test func tablesAreWhatIsDeclared() throws {
    try GeneratedPage("command.md").hold([
      ("verbs", Self.verbs), ("codes", Self.codes), ("environment", Self.environment),
    ])
  }
}
