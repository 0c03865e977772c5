import Distillation

/// `kindred bench`
struct Bench: Command {
  let name = "bench"
  let summary = "Measures how fast this machine trains and infers."
  let discussion = """
    Example:
      kindred bench training --networks resnet8:16
    """

  var subcommands: [any Command] { [BenchTraining()] }

  func run(_ arguments: Arguments, console: Console) {}
}
