import KindredCLI
import Testing

@Suite struct ArgumentsTests {
  @Test(arguments: [
    (["circle", "--size", "2"], "circle - 2.0 1 black - [] false"),
    (["circle", "7", "--size=2.5"], "circle 7 2.5 1 black - [] false"),
    (["--size", "2", "circle", "7"], "circle 7 2.0 1 black - [] false"),
    (["circle", "--size", "-2", "--force"], "circle - -2.0 1 black - [] true"),
    (["circle", "--size=1e3", "--copies=3", "--ink", "red"], "circle - 1000.0 3 red - [] false"),
    (
      ["circle", "--size=1", "--set", "a=1", "--set=b=2=3", "--set", "c="],
      #"circle - 1.0 1 black - ["a=1", "b=2=3", "c="] false"#
    ),
    // The word after the first is the command's own.
    (["circle", "--size=1", "--set", "a=1", "7"], #"circle 7 1.0 1 black - ["a=1"] false"#),
    (["--size=1", "--", "--force"], "--force - 1.0 1 black - [] false"),
    (["--size=1", "-"], "- - 1.0 1 black - [] false"),
    (
      ["circle", "--size=1", "--paper-from-the-cupboard=--force"],
      "circle - 1.0 1 black --force [] false"
    ),
  ])
  func parses(words: [String], values: String) {
    let recording = Recording()
    #expect(sample(["draw"] + words, console: recording.console()) == .done)
    #expect(recording.output == values + "\n")
    #expect(recording.errors == "")
  }

  @Test(arguments: [
    (["--size", "2"], "missing SHAPE"),
    ([], "missing SHAPE and --size CM"),
    (["circle", "--size"], "missing value for '--size'"),
    (["circle", "--size", "--force"], "missing value for '--size'"),
    (["circle", "--size="], "missing value for '--size'"),
    (["", "--size=1"], "missing value for 'SHAPE'"),
    (["circle", "--size=1", "--size", "2"], "'--size' was given more than once"),
    (["circle", "--size=1", "--force", "--force"], "'--force' was given more than once"),
    (["circle", "--force=yes", "--size=1"], "'--force' takes no value, but was given 'yes'"),
    (["circle", "--sizes=1"], "unknown option '--sizes'; did you mean '--size'?"),
    (["circle", "-size=1"], "unknown option '-size'; did you mean '--size'?"),
    (["circle", "-x", "--size=1"], "unknown option '-x'"),
    (["circle", "--helpp"], "unknown option '--helpp'; did you mean '--help'?"),
    (["circle", "7", "8", "--size=1"], "unexpected argument '8'"),
    (["circle", "--size=two"], "'--size' takes a number, not 'two'"),
    (["circle", "--size=nan"], "'--size' takes a number, not 'nan'"),
    (["circle", "seven", "--size=1"], "'PLACE' takes a whole number, not 'seven'"),
    (["circle", "--size=1", "--copies=1.5"], "'--copies' takes a whole number, not '1.5'"),
    (
      ["circle", "--size=1", "--ink=rad"],
      "'--ink' takes black, blue or red, not 'rad'; did you mean 'red'?"
    ),
    (["circle", "--size=1", "--ink", "green"], "'--ink' takes black, blue or red, not 'green'"),
  ])
  func refuses(words: [String], message: String) {
    let recording = Recording()
    #expect(sample(["draw"] + words, console: recording.console()) == .usage)
    #expect(recording.output == "")
    #expect(
      recording.errors == """
        sample: \(message)
        Usage: sample draw SHAPE [PLACE] --size CM [--copies N] [--ink black|blue|red]
                           [--paper-from-the-cupboard KIND] [--set KEY=VALUE]...
                           [--force]
        See 'sample draw --help'.

        """)
  }
}
