import Distillation
import Experiments
import Foundation
import Reports
import Tensors
import Training

/// The command `kindred bench training`.
struct BenchTraining: Command {
  let name = "training"
  let summary = "Times a step of training, and inference, on 28×28 images."
  let discussion = """
    A step takes one batch forward and back through the network and the loss, and
    updates the weights by SGD with momentum. If the loss has a teacher, the batch
    also goes forward through it. The figures are medians over the steps, after
    three that are not counted. 'loss' is the share of a step that the loss takes,
    with its gradient at the network's outputs. 'growth' is how much the peak of
    memory grew over the steps, and 'buffers' how many buffers for tensors they took
    from the system.

    Examples:
      kindred bench training --networks resnet8:16 mlp:64 --format jsonl
      kindred bench training --networks resnet8:16 --loss "ce + kd + rkd"
    """

  enum Format: String, CaseIterable, ArgumentValue { case text, jsonl }

  private struct Line: Encodable {
    let network: String
    let batch: Int
    let threads: Int
    let samplesPerSecond: Double
    let inferredPerSecond: Double
    let loss: String
    let lossShare: Double
    let growthMegabytes: Double
    let buffers: Int

    enum CodingKeys: String, CodingKey {
      case network, batch, threads, loss, buffers
      case samplesPerSecond = "samples_per_s"
      case inferredPerSecond = "infer_per_s"
      case lossShare = "loss_share"
      case growthMegabytes = "growth_mb"
    }
  }

  let registry: Registry
  /// The networks that have names.
  let known: Networks

  let networks = Parameter<[String]>.option(
    "networks", "NAME", default: ["resnet8:4", "resnet8:16", "resnet20:16"],
    completion: .names(.networks), "The networks to measure.")
  let loss = Parameter<String>.option(
    "loss", "FORMULA", default: "ce", completion: .formulas, "The loss.")
  let teacher = Parameter<String?>.option(
    "teacher", "NAME", completion: .names(.networks),
    "The teacher's network, if the loss reads a teacher. Without it, the student's network.")
  let batch = Parameter<PositiveInteger>.option("batch", "N", default: 128, "Images in a batch.")
  let threads = Parameter<ThreadCount?>.option("threads", "N", "How many threads to use.")
  let steps = Parameter<PositiveInteger>.option(
    "steps", "N", default: 12, "Steps that are counted.")
  let format = Parameter<Format>.option("format", default: .text, "How the figures are written.")

  func run(_ arguments: Arguments, console: Console) throws {
    let threads = arguments[threads]?.value ?? Parallel.threads
    let (batch, steps) = (arguments[batch].value, arguments[steps].value)
    let loss = try registry.loss(arguments[loss])
    var table = Table([
      "network", .number("images/s"), .number("inferred/s"), .number("loss, %"),
      .number("growth, MB"), .number("buffers"),
    ])
    for name in arguments[networks] {
      let benchmark = try TrainingBenchmark(
        network: name, teacher: arguments[teacher], of: known, loss: loss, batch: batch,
        steps: steps)
      try BenchMemory.check(
        floats: BenchMemory.product(batch, benchmark.floatsPerImage), for: "--batch \(batch)")
      let figures = try Parallel.$threads.withValue(threads) { try benchmark.run() }
      switch arguments[format] {
      case .text:
        table.append([
          name, NumberFormat.fixed(figures.trained, digits: 0),
          NumberFormat.fixed(figures.inferred, digits: 0),
          NumberFormat.fixed(100 * figures.lossShare, digits: 2),
          NumberFormat.fixed(figures.growth, digits: 1), "\(figures.buffers)",
        ])
      case .jsonl:
        let line = Line(
          network: name, batch: batch, threads: threads,
          samplesPerSecond: (figures.trained * 10).rounded() / 10,
          inferredPerSecond: (figures.inferred * 10).rounded() / 10,
          loss: arguments[self.loss], lossShare: (figures.lossShare * 1e5).rounded() / 1e5,
          growthMegabytes: (figures.growth * 10).rounded() / 10, buffers: figures.buffers)
        let json = try JSONEncoder.ordered(pretty: false).encode(line)
        try console.write(String(decoding: json, as: UTF8.self) + "\n")
      }
    }
    if arguments[format] == .text { try console.write(table.text(width: console.textWidth)) }
  }
}
