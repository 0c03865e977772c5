import Foundation
import KindredCLI
import Testing

/// `kindred bench`, on work that a debug build does at once. Times are no test.
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
    let samplesPerS, inferPerS, lossShare, growthMb: Double
    let loss: String
    let buffers: Int
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
    #expect(figures.allSatisfy { $0.loss == "ce" && 0 < $0.lossShare && $0.lossShare < 1 })
  }

  @Test func trainsAgainstATeacher() throws {
    let (code, output, _) = kindred(
      "bench", "training", "--networks", "mlp:4", "--teacher", "mlp:6", "--batch", "3", "--steps",
      "1", "--loss", "ce + kd + rkd.distance", "--format", "jsonl")
    #expect(code == .done)
    #expect(output.contains(#""loss":"ce + kd + rkd.distance""#))
  }

  /// Every term at work; in a process of its own, because all tests of one share the buffers.
  @Test(arguments: ["1", "2"])
  func steadyTrainingTakesNoMemory(threads: String) throws {
    let result = try BuiltProgram.run(
      [
        "bench", "training", "--networks", "resnet8:2", "--batch", "16", "--steps", "30", "--loss",
        "ce + kd + rkd + sp + cckd + dist", "--threads", threads, "--format", "jsonl",
      ], in: try ScoreFolder())
    #expect(result.code == 0, "\(result.errors)")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let figures = try decoder.decode(Figures.self, from: result.output)
    // Which thread has which scratch memory at a time is chance.
    #expect(figures.buffers <= (threads == "1" ? 0 : 4))
    #expect(figures.growthMb <= 1)
  }

  @Test func trainingNeedsOutputsThatTheNetworksHave() {
    for (loss, problem) in [
      ("rkd(layer: stage7)", "the student has no output 'stage7'"),
      ("match(lastStage, by: pooled, with: huber)", "no output of the student is a stage"),
    ] {
      let (code, _, errors) = kindred(
        "bench", "training", "--networks", "mlp:4", "--loss", loss)
      #expect(code == .badData)
      #expect(errors == "kindred: \(problem); choose from 'hidden1', 'embedding', 'logits'\n")
    }
  }

  private struct Cost: Decodable {
    let loss: String
    let n, d, threads: Int
    let compile: Bool
    let medianMs, minMs, peakMb: Double
  }

  @Test(arguments: ["kd", "25*rkd.distance + rkd.angle"])
  func writesALineALoss(loss: String) throws {
    let (code, output, _) = kindred(
      "bench", "losses", "--losses", loss, "--n", "5", "--d", "3", "--threads", "1", "--format",
      "jsonl")
    #expect(code == .done)
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let cost = try decoder.decode(Cost.self, from: Data(output.utf8))
    #expect(cost.loss == loss && cost.n == 5 && cost.d == 3 && cost.threads == 1)
    #expect(!cost.compile && 0 < cost.minMs && cost.minMs <= cost.medianMs && cost.peakMb >= 0)
  }

  @Test func lossesAreCheckedBeforeAnyIsMeasured() {
    let (code, output, errors) = kindred("bench", "losses", "--losses", "kd", "rdk")
    #expect(code == .badData)
    #expect(output == "")
    #expect(errors.contains("'rdk'") && errors.contains("'rkd'"))
  }

  @Test func timesEveryProduct() {
    let (code, output, _) = kindred("bench", "products", "--n", "3", "4", "--threads", "1")
    #expect(code == .done)
    // Two lines are the heading.
    let rows = output.split(separator: "\n").dropFirst(2).map { line in
      line.split(separator: " ").prefix(2).joined(separator: " ")
    }
    #expect(rows == [3, 4].flatMap { n in ["AB", "AᵀB", "ABᵀ", "AAᵀ"].map { "\($0) \(n)" } })
  }

  /// What has no room is refused, and so is what no number could count.
  @Test(arguments: [
    (
      ["losses", "--losses", "kd", "--n", "1000000", "--d", "1000000"],
      "--n 1000000 with --d 1000000"
    ),
    (["products", "--n", "1000000"], "--n 1000000"),
    (["training", "--networks", "resnet8:64", "--batch", "1000000"], "--batch 1000000"),
  ])
  func whatHasNoRoomIsRefused(_ words: [String], _ request: String) {
    let recording = Recording()
    let code = Program.kindred(registry: twoPapers)(
      ["bench"] + words, console: recording.console())
    #expect(code == .failed)
    #expect(recording.output == "")
    #expect(recording.errors.hasPrefix("kindred: \(request) needs "))
    #expect(recording.errors.contains(#/ needs \d+ MB at least, and there are \d+ MB /#))
    for label in ["--n", "--d"] {
      let absurd = kindred("bench", "losses", label, "9223372036854775807")
      #expect(absurd.code == .usage)
      #expect(
        absurd.errors.hasPrefix(
          "kindred: '\(label)' takes a whole number from 1 to 1000000, not '9223372036854775807'\n")
      )
    }
  }

  @Test func unknownNetworksAreBadData() {
    let (code, output, errors) = kindred("bench", "training", "--networks", "resnet9")
    #expect(code == .badData)
    #expect(output == "")
    #expect(
      errors.hasPrefix(
        "kindred: the network 'resnet9': its depth 9 is no 6n + 2, as 8 and 14 are"))
  }

  @Test(arguments: [
    (["--threads", "0"], "'--threads' takes a whole number of 1 or more, not '0'"),
    (["--batch", "-1"], "'--batch' takes a whole number of 1 or more, not '-1'"),
    (
      ["--threads", "9223372036854775807"],
      "'--threads' takes a whole number from 1 to 100000, not '9223372036854775807'"
    ),
    (
      ["--batch", "99999999999999999999"],
      "'--batch' takes a whole number from 1 to 1000000, not '99999999999999999999'"
    ),
    (["--steps", "1000001"], "'--steps' takes a whole number from 1 to 1000000, not '1000001'"),
    (["--steps", "a\u{1B}"], "'--steps' takes a whole number of 1 or more, not 'a\\u{1B}'"),
    (["--steps", "many"], "'--steps' takes a whole number of 1 or more, not 'many'"),
    (["--networks"], "missing value for '--networks'"),
    (["--networks", "--steps", "1"], "missing value for '--networks'"),
    (["--networks", "mlp:4", ""], "missing value for '--networks'"),
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
