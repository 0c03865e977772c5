import Distillation
import Training

/// The command `kindred bench`.
struct Bench: Command {
  let name = "bench"
  let summary = "Measures how fast losses, training and matrix products are on this machine."
  let discussion = """
    Examples:
      kindred bench losses --losses rkd.angle sp --n 256
      kindred bench training --networks resnet8:16
    """

  let registry: Registry
  let networks: Networks

  var subcommands: [any Command] {
    [
      BenchLosses(registry: registry), BenchTraining(registry: registry, known: networks),
      BenchProducts(),
    ]
  }

  func run(_ arguments: Arguments, console: Console) {}
}
