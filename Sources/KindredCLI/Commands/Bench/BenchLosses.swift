import Distillation
import Experiments
import Foundation
import Reports
import Tensors

/// The command `kindred bench losses`.
struct BenchLosses: Command {
  let name = "losses"
  let summary = "Times losses and their gradients on random features, and measures their memory."
  let discussion = """
    A loss is a formula. Every output that it reads is N×D normally distributed
    features. A time covers value and gradient, the teacher's side included: the
    median over repetitions, after three that are not counted. Memory is what the
    process held above the features alone; each loss is measured in a process of its
    own. jsonl also has the loss and the sum of its gradient's absolute values; both
    are the same for any number of threads. 'mix' stands for six terms on one layer:
    rkd.distance, rkd.angle, sp, cckd, irg.edge and pkt.

    Example:
      kindred bench losses --losses rkd.angle mix --n 64 256 --format jsonl
    """

  static let mix =
    "25*rkd.distance + 50*rkd.angle + 3000*sp(layer: embedding) + 0.02*cckd"
    + " + 0.005*irg.edge + pkt"

  enum Format: String, CaseIterable, ArgumentValue { case text, jsonl }

  private struct Line: Codable {
    let loss: String
    let n, d, threads: Int
    let compile: Bool
    let medianMilliseconds, leastMilliseconds, peakMegabytes: Double
    /// The loss, and the sum of its gradient's absolute values.
    let value, gradient: Double

    enum CodingKeys: String, CodingKey {
      case loss, n, d, threads, compile, value, gradient
      case medianMilliseconds = "median_ms"
      case leastMilliseconds = "min_ms"
      case peakMegabytes = "peak_mb"
    }
  }

  let registry: Registry

  let losses = Parameter<[String]>.option(
    "losses", "FORMULA",
    default: [
      "kd", "rkd.distance", "rkd.angle", "sp", "cckd", "dist", "irg.edge", "pkt", "mix",
    ], completion: .formulas, "The losses to measure.")
  let examples = Parameter<[PositiveInteger]>.option(
    "n", "N", default: [64, 256], "Examples in a batch.")
  let features = Parameter<PositiveInteger>.option(
    "d", "D", default: 512, "Features of an example.")
  let threads = Parameter<ThreadCount?>.option("threads", "N", "How many threads to use.")
  let format = Parameter<Format>.option("format", default: .text, "How the figures are written.")

  func run(_ arguments: Arguments, console: Console) throws {
    let threads = arguments[threads]?.value ?? Parallel.threads
    let cases = arguments[losses].flatMap { loss in
      arguments[examples].map { (loss, $0.value) }
    }
    let graphs = try cases.map { try registry.loss($0.0 == "mix" ? Self.mix : $0.0) }
    var table = Table([
      "loss", .number("n"), .number("median ms"), .number("least ms"), .number("peak MB"),
    ])
    for ((loss, n), graph) in zip(cases, graphs) {
      // Features of the student and the teacher, and a gradient.
      let d = arguments[features].value
      try BenchMemory.check(
        floats: BenchMemory.product(3 * n, d), for: "--n \(n) with --d \(d)")
      let line: Line
      if cases.count == 1 {
        let figures = try LossBenchmark(graph, n: n, d: arguments[features].value).run(threads)
        line = Line(
          loss: loss, n: n, d: arguments[features].value, threads: threads, compile: false,
          medianMilliseconds: figures.times.median, leastMilliseconds: figures.times.least,
          peakMegabytes: figures.peak, value: figures.value, gradient: figures.gradient)
      } else {
        line = try measuredApart(loss, n, arguments[features].value, threads)
      }
      switch arguments[format] {
      case .text:
        table.append([
          loss, "\(n)", NumberFormat.fixed(line.medianMilliseconds, digits: 3),
          NumberFormat.fixed(line.leastMilliseconds, digits: 3),
          NumberFormat.fixed(line.peakMegabytes, digits: 1),
        ])
      case .jsonl:
        let json = try JSONEncoder.ordered(pretty: false).encode(line)
        try console.write(String(decoding: json, as: UTF8.self) + "\n")
      }
    }
    if arguments[format] == .text { try console.write(table.text(width: console.textWidth)) }
  }

  /// Measures one loss in a new process of this program. In this one, the memory that other losses
  /// left would hide how much the loss needs.
  private func measuredApart(_ loss: String, _ n: Int, _ d: Int, _ threads: Int) throws -> Line {
    let process = Process()
    process.executableURL = Bundle.main.executableURL
    process.arguments = [
      "bench", "losses", "--losses", loss, "--n", "\(n)", "--d", "\(d)", "--threads",
      "\(threads)", "--format", "jsonl",
    ]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    guard process.terminationStatus == 0,
      let line = try? JSONDecoder().decode(Line.self, from: data)
    else { throw CommandError.failed("measuring '\(loss)' at n = \(n) failed") }
    return line
  }
}
