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
  /// Every command with the words that lead to it, the groups among them.
  private func commands(
    of group: any Command, at path: [String] = []
  ) -> [(path: [String], command: any Command)] {
    group.subcommands.flatMap { command in
      let path = path + [command.name]
      return [(path, command)] + commands(of: command, at: path)
    }
  }

  @Test func everyHelpFitsEightyColumns() {
    let program = Program.kindred(registry: twoPapers)
    for words in [[]] + commands(of: program).map({ ["help"] + $0.path }) {
      let recording = Recording()
      #expect(program(words, console: recording.console()) == .done)
      for line in recording.output.split(separator: "\n") {
        #expect(line.count <= 80, "\(words): \(line)")
      }
    }
  }

  @Test func everyCommandIsExplained() {
    let commands = commands(of: Program.kindred(registry: twoPapers))
    #expect(commands.map { $0.path }.contains(["bench", "training"]))
    for (path, command) in commands {
      #expect(command.summary.hasSuffix("."))
      #expect(command.discussion.contains("kindred \(path.joined(separator: " "))"))
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

  /// A program of somebody else's speaks of itself in usage lines, examples, errors and hints.
  @Test func anotherProgramNamesItself() {
    let program = Program.kindred(name: "Tool", registry: twoPapers)
    for words in [[]] + commands(of: program).map({ ["help"] + $0.path }) {
      let recording = Recording()
      #expect(program(words, console: recording.console()) == .done)
      #expect(recording.output.contains("Usage: Tool"))
      #expect(!recording.output.contains(/\bkindred\b/), "\(words)")
    }
    let recording = Recording()
    #expect(program(["describe", "elephant"], console: recording.console()) == .badData)
    #expect(program(["lst"], console: recording.console()) == .usage)
    #expect(
      recording.errors == """
        Tool: nothing is named 'elephant'; 'Tool list' shows every name
        Tool: unknown verb 'lst'; did you mean 'list'?
        Usage: Tool VERB ...
        See 'Tool --help'.

        """)
  }
}
