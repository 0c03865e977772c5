import Training

/// The command `kindred export`.
struct Export: Command {
  let name = "export"
  let summary = "Writes what a run trained or measured for other programs."
  let discussion = """
    Examples:
      kindred export onnx results/mine --row kd --out student.onnx
      kindred export torch results/mine --row kd --out student
      kindred export tensorboard results/mine
    """
  let networks: Networks

  var subcommands: [any Command] {
    [ExportONNX(networks: networks), ExportTorch(networks: networks), ExportTensorBoard()]
  }

  func run(_ arguments: Arguments, console: Console) {}
}
