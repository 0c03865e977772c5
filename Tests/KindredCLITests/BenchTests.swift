import KindredCLI
import Testing

/// `kindred bench training`, on networks that a debug build runs at once. Times are no test.
@Suite struct BenchTests {
  @Test(arguments: [
    ["--networks", "mlp:4", "mlp:3"], ["--networks", "mlp:4", "--networks", "mlp:3"],
    ["--networks=mlp:4", "--networks=mlp:3"],
  ])
  func takesSeveralNetworks(words: [String]) {
    let recording = Recording()
    let code = Program.kindred(registry: twoPapers)(
      ["bench", "training"] + words + ["--batch", "2", "--steps", "1"],
      console: recording.console())
    #expect(code == .done)
    let lines = recording.output.split(separator: "\n")
    #expect(lines.count == 4)
    #expect(lines.first?.hasPrefix("network") == true)
    #expect(lines.dropFirst(2).map { $0.prefix(6) } == ["mlp:4 ", "mlp:3 "])
  }

  @Test(arguments: [
    (["--networks"], "'--networks NAME' is without its value"),
    (["--networks", "--steps", "1"], "'--networks NAME' is without its value"),
    (["--networks", "mlp:4", ""], "'--networks NAME' is without its value"),
    (["--networks", "mlp:4", "-x"], "unknown option '-x'"),
    (["--networks=mlp:4", "mlp:3"], "unexpected argument 'mlp:3'"),
  ])
  func refuses(words: [String], message: String) {
    let recording = Recording()
    let code = Program.kindred(registry: twoPapers)(
      ["bench", "training"] + words, console: recording.console())
    #expect(code == .usage)
    #expect(recording.output == "")
    #expect(recording.errors.hasPrefix("kindred: \(message)\nUsage: kindred bench training "))
  }
}
