import Kindred
import Testing

@testable import KindredCLI

/// Runs `kindred` with the papers KD and RKD.
func kindred(_ words: String...) -> (code: ExitCode, output: String, errors: String) {
  let recording = Recording()
  let code = Program.kindred(registry: twoPapers)(words, console: recording.console())
  return (code, recording.output, recording.errors)
}

@Suite struct KindredTests {
  @Test func everyHelpFitsEightyColumns() {
    let program = Program.kindred(registry: twoPapers)
    for words in [[]] + program.subcommands.map({ ["help", $0.name] }) {
      let recording = Recording()
      #expect(program(words, console: recording.console()) == .done)
      for line in recording.output.split(separator: "\n") {
        #expect(line.count <= 80, "\(words): \(line)")
      }
    }
  }

  @Test func everyCommandIsExplained() {
    for command in Program.kindred(registry: twoPapers).subcommands {
      #expect(command.summary.hasSuffix("."))
      #expect(command.discussion.contains("kindred \(command.name)"))
      let labels = command.parameters.map { $0.declaration.label }
      #expect(Set(labels).count == labels.count)
    }
  }

  /// An executable of somebody else's has all commands, and its own.
  @Test func commandsCanBeAdded() {
    let program = Program.kindred(registry: twoPapers, adding: [Draw()])
    let recording = Recording()
    #expect(program(["draw", "x", "--size", "1"], console: recording.console()) == .done)
    #expect(recording.output == "x - 1.0 1 black - [] false\n")
  }
}
