/// The command `kindred export`.
struct Export: Command {
  let name = "export"
  let summary = "Writes what a run measured for other programs."
  let discussion = """
    Example:
      kindred export tensorboard results/quickstart
    """
  let subcommands: [any Command] = [ExportTensorBoard()]

  func run(_ arguments: Arguments, console: Console) {}
}
