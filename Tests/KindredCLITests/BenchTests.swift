import Foundation
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

  private struct Figures: Decodable {
    let network: String
    let batch, threads: Int
    let samplesPerS, inferPerS: Double
  }

  @Test func writesALineANetwork() throws {
    let (code, output, _) = kindred(
      "bench", "training", "--networks", "mlp:4", "mlp:5:3", "--batch", "2", "--steps", "1",
      "--threads", "1", "--format", "jsonl")
    #expect(code == .done)
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let figures = try output.split(separator: "\n").map {
      try decoder.decode(Figures.self, from: Data($0.utf8))
    }
    #expect(figures.map { $0.network } == ["mlp:4", "mlp:5:3"])
    #expect(figures.map { $0.batch } == [2, 2] && figures.map { $0.threads } == [1, 1])
    #expect(figures.allSatisfy { $0.samplesPerS > 0 && $0.inferPerS > 0 })
  }

  @Test func unknownNetworksAreBadData() {
    let (code, output, errors) = kindred("bench", "training", "--networks", "resnet9")
    #expect(code == .badData)
    #expect(output == "")
    #expect(errors.hasPrefix("kindred: there is no network 'resnet9'; there is resnet<6n+2>"))
  }

  @Test(arguments: [
    (["--threads", "0"], "'--threads' takes a whole number of 1 or more, not '0'"),
    (["--batch", "-1"], "'--batch' takes a whole number of 1 or more, not '-1'"),
    (["--steps", "many"], "'--steps' takes a whole number of 1 or more, not 'many'"),
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
