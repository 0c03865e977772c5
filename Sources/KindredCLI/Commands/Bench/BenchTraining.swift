import Foundation
import Reports
import Tensors
import Training

/// `kindred bench training`
struct BenchTraining: Command {
  let name = "training"
  let summary = "Times a step of training, and inference, on 28×28 images."
  let discussion = """
    A step is one batch forward and back through the network by cross-entropy, and an
    update by SGD with momentum. Figures are medians over the steps, after a few that are
    not counted.

    Example:
      kindred bench training --networks resnet8:16 resnet20:16 --format jsonl
    """

  enum Format: String, CaseIterable, ArgumentValue { case text, jsonl }

  let networks = Parameter<[String]>.option(
    "networks", "NAME", default: ["resnet8:4", "resnet8:16", "resnet20:16"],
    "The networks.")
  let batch = Parameter<Int>.option("batch", "N", default: 128, "Images in a batch.")
  let threads = Parameter<Int?>.option("threads", "N", "How many threads to use.")
  let steps = Parameter<Int>.option("steps", "N", default: 12, "Steps that are counted.")
  let format = Parameter<Format>.option("format", default: .text, "How figures are written.")

  func run(_ arguments: Arguments, console: Console) throws {
    for (name, value) in [("batch", arguments[batch]), ("steps", arguments[steps])]
    where value < 1 {
      throw CommandError.invalidUse("'--\(name)' takes a number of 1 or more, not '\(value)'")
    }
    let threads = max(arguments[threads] ?? Parallel.threads, 1)
    var table = Table(["network", .number("images/s"), .number("inferred/s")])
    for name in arguments[networks] {
      let benchmark = try TrainingBenchmark(
        network: name, batch: arguments[batch], steps: arguments[steps])
      let figures = try Parallel.$threads.withValue(threads) { try benchmark.run() }
      switch arguments[format] {
      case .text:
        table.append([
          name, NumberFormat.fixed(figures.trained, digits: 0),
          NumberFormat.fixed(figures.inferred, digits: 0),
        ])
      case .jsonl:
        let line = JSON.object([
          ("network", .string(name)), ("batch", .integer(arguments[batch])),
          ("threads", .integer(threads)),
          ("samples_per_s", .number((figures.trained * 10).rounded() / 10)),
          ("infer_per_s", .number((figures.inferred * 10).rounded() / 10)),
        ])
        try console.write(line.text + "\n")
      }
    }
    if arguments[format] == .text { try console.write(table.text(width: console.textWidth)) }
  }
}
