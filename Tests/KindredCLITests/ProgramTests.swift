import KindredCLI
import Testing

@Suite struct ProgramTests {
  static let overview = """
    Shows what a command line can hold.

    Usage: sample VERB ...

    Verbs:
      draw   Draws a shape, or several of them, on a sheet of paper.
      fail   Fails in a chosen way.
      pairs  Works on pairs.

    Options:
      --version   Shows the version.
      -h, --help  Shows this help.

    """

  static let drawHelp = """
    Draws a shape, or several of them, on a sheet of paper.

    Usage: sample draw SHAPE [PLACE] --size CM [--copies N] [--ink black|blue|red]
                       [--paper-from-the-cupboard KIND] [--set KEY=VALUE]...
                       [--force]

    Arguments:
      SHAPE  What to draw.
      PLACE  Where to draw it.

    Options:
      --size CM               How large the shape is, and required.
      --copies N              How often it is drawn. Default: 1.
      --ink black|blue|red    The colour of the ink. Default: black.
      --paper-from-the-cupboard KIND
                              A kind of paper, about which there is much more to say
                              than would fit into one line.
      --set KEY=VALUE         Changes a setting.
      --force                 Draws over what exists.
      -h, --help              Shows this help.

      sample draw circle --ink red --size 2.5

    """

  @Test(arguments: [
    [], ["--help"], ["-h"], ["help"], ["help", "help"], ["help", "--help"], ["--help", "-h"],
  ])
  func overviewOfTheProgram(words: [String]) {
    let recording = Recording()
    #expect(sample(words, console: recording.console()) == .done)
    #expect(recording.output == Self.overview)
    #expect(recording.errors == "")
  }

  @Test(arguments: [
    ["help", "draw"], ["draw", "--help"], ["draw", "-h"], ["draw", "circle", "--help", "--bogus"],
    ["--help", "draw"], ["-h", "draw"], ["draw", "help"], ["help", "draw", "--help"],
    ["--help", "draw", "circle", "--size", "1"], ["help", "help", "draw"],
  ])
  func helpOfACommand(words: [String]) {
    let recording = Recording()
    #expect(sample(words, console: recording.console()) == .done)
    #expect(recording.output == Self.drawHelp)
  }

  @Test func helpOfAGroup() {
    let help = """
      Works on pairs.

      Usage: sample pairs VERB ...

      Verbs:
        count  Counts the words.

      Options:
        -h, --help  Shows this help.

      """
    #expect(run("pairs").output == help)
    #expect(run("help", "pairs").output == help)
    #expect(run("pairs", "help").output == help)
    #expect(run("--help", "pairs").output == help)
    for words in [
      ["help", "pairs", "count"], ["pairs", "help", "count"], ["pairs", "count", "-h"],
    ] {
      let recording = Recording()
      #expect(sample(words, console: recording.console()) == .done)
      #expect(
        recording.output.hasPrefix("Counts the words.\n\nUsage: sample pairs count [WORD]...\n"))
    }
    #expect(run("pairs", "count", "a", "b").output == "2\n")
    #expect(
      run("fail", "--help").output.contains(
        "  WAY  How. One of plainly, data, interrupted or unknown.\n"))
  }

  @Test func helpFitsTheTerminal() {
    for line in run("draw", "--help").output.split(separator: "\n") { #expect(line.count <= 80) }
  }

  @Test func version() {
    #expect(run("--version") == (.done, "sample 1.2.3\n", ""))
  }

  @Test(arguments: [
    (["drwa"], "unknown verb 'drwa'; did you mean 'draw'?", ""),
    (["paint"], "unknown verb 'paint'; choose from 'draw', 'fail', 'pairs'", ""),
    (["--verson"], "unknown option '--verson'; did you mean '--version'?", ""),
    (["--force", "draw"], "unknown option '--force'", ""),
    (["pairs", "cuont"], "unknown verb 'cuont'; did you mean 'count'?", " pairs"),
    (["pairs", "--version"], "unknown option '--version'", " pairs"),
    (["help", "drwa"], "unknown verb 'drwa'; did you mean 'draw'?", ""),
  ])
  func unknownVerbsAndOptions(words: [String], message: String, place: String) {
    let recording = Recording()
    #expect(sample(words, console: recording.console()) == .usage)
    #expect(recording.output == "")
    #expect(
      recording.errors == """
        sample: \(message)
        Usage: sample\(place) VERB ...
        See 'sample\(place) --help'.

        """)
  }

  /// What follows the verb does not matter.
  @Test func helpOfMoreThanACommand() {
    #expect(run("help", "fail", "now") == run("fail", "--help"))
    #expect(run("fail", "help", "now").code == .usage)
  }

  @Test func errorsOfCommandsDecideTheExitCode() {
    #expect(run("fail", "plainly") == (.failed, "", "sample: 2 of 3 checks failed\n"))
    #expect(run("fail", "data") == (.badData, "", "sample: row 3 of 'a.npy' holds NaN\n"))
    #expect(run("fail", "interrupted") == (.interrupted, "", "sample: interrupted\n"))
    #expect(run("fail", "unknown") == (.failed, "", "sample: an error that knows no exit code\n"))
  }

  @Test func exitCodesAreThoseOfSysexits() {
    let codes: [ExitCode] = [
      .done, .failed, .usage, .badData, .missingFile, .inputOutput, .interrupted,
    ]
    #expect(codes.map(\.rawValue) == [0, 1, 64, 65, 66, 74, 130])
    #expect(CommandError.fileExists("a.npz").exitCode == .inputOutput)
    #expect("\(CommandError.fileExists("a.npz"))" == "'a.npz' exists; --force overwrites it")
  }

  @Test func errorsAreColouredOnATerminalOnly() {
    let colored = Recording()
    _ = sample(["fail", "plainly"], console: colored.console(isTerminal: true))
    #expect(colored.errors == "\u{1B}[1;31msample:\u{1B}[0m 2 of 3 checks failed\n")

    let plain = Recording()
    let console = plain.console(isTerminal: true, environment: ["NO_COLOR": "1"])
    _ = sample(["fail", "plainly"], console: console)
    #expect(plain.errors == "sample: 2 of 3 checks failed\n")
  }
}
