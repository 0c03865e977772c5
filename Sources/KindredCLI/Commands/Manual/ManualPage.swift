/// The manual page of a program: what its help says of every verb, and what holds for all verbs.
struct ManualPage {
  let program: Program

  init(_ program: Program) { self.program = program }

  /// The page as `man` reads it.
  var roff: String {
    var page = Roff()
    let version = "\(program.name) \(program.version)"
    page.macro("TH", program.name.uppercased(), "1", "", version, "User Commands")
    page.section("NAME")
    let summary = program.summary
    page.text(
      "\(program.name) - \(summary.prefix(1).lowercased())\(summary.dropFirst().dropLast())")
    page.section("SYNOPSIS")
    page.bold(program.name, then: "VERB ...")
    page.section("DESCRIPTION")
    page.discussion(Help(path: [program], width: 80).named(program.discussion))
    page.section("VERBS")
    for command in program.subcommands { verb(at: [program, command], to: &page) }
    page.section("EXIT STATUS")
    for code in ExitCode.allCases { page.item("\(code.rawValue)", code.meaning.sentence) }
    page.section("ENVIRONMENT")
    for variable in EnvironmentVariable.all { page.item(variable.name, variable.meaning) }
    return page.source
  }

  private func verb(at path: [any Command], to page: inout Roff) {
    let help = Help(path: path, width: 80)
    let command = path[path.count - 1]
    page.subsection(path.map { $0.name }.joined(separator: " "))
    page.text(help.named(command.summary))
    guard command.subcommands.isEmpty else {
      for command in command.subcommands { verb(at: path + [command], to: &page) }
      return
    }
    page.paragraph()
    page.bold(
      path.map { $0.name }.joined(separator: " "),
      then: help.parameterWords.joined(separator: " "))
    for (name, text) in help.arguments + help.options.dropLast() { page.item(name, text) }
    if !command.discussion.isEmpty {
      page.paragraph()
      page.discussion(help.named(command.discussion))
    }
  }
}
