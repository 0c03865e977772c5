import Distillation
import Foundation
import Reports
import Tensors
import Training

/// `kindred score`
struct Score: Command {
  let name = "score"
  let summary = "Evaluates a loss on activations that any framework has dumped."
  let discussion = """
    Files are .npy, .npz or .safetensors. They hold the outputs of one network on
    one batch by name: logits, embedding, stage1, ..., logits@virtual. The array of
    an .npy file has no name and serves as the only output that the loss reads.

    Examples:
      kindred score --loss 'ce + 25*rkd.distance' --student s.npz --teacher t.npz \\
        --labels y.npy
      kindred score --loss rkd.distance --student s.npy --teacher t.npy \\
        --gradient g.npy --format json
    """

  let registry: Registry

  let loss = Parameter<String>.option("loss", "FORMULA", "The loss: 'ce + 25*rkd.distance'.")
  let student = Parameter<String>.option("student", "FILE", "The student's outputs.")
  let teacher = Parameter<String>.option("teacher", "FILE", "The teacher's outputs.")
  let labels = Parameter<String?>.option(
    "labels", "FILE",
    "The class of each example, from 0. Without it, an array 'labels' of the student's file.")
  let gradient = Parameter<String?>.option(
    "gradient", "FILE",
    "Writes the gradient of the loss at each of the student's outputs, under its name.")
  let format = Parameter<OutputFormat>.option(
    "format", default: .text, "How the value is written.")
  let force = Parameter.flag("force", "Replaces the gradient's file if it exists.")

  func run(_ arguments: Arguments, console: Console) throws {
    let graph = try registry.loss(arguments[loss])
    if let path = arguments[gradient], !arguments[force],
      FileManager.default.fileExists(atPath: path)
    {
      throw CommandError.fileExists(path)
    }
    var student = try OutputsFile(arguments[student], of: .student, for: graph)
    let teacher = try OutputsFile(arguments[teacher], of: .teacher, for: graph)
    let own = try student.takeLabels(reading: arguments[labels] == nil)
    let labels = try arguments[labels].map { try LabelsFile($0) } ?? own
    try checkBatchSizes([student, teacher], labels)

    student.outputs.labels = labels?.labels
    let result = try namingLabels(labels) {
      try graph.evaluate(
        student: student.outputs, teacher: teacher.outputs,
        withGradients: arguments[gradient] != nil)
    }
    try result.checkFinite()
    if let path = arguments[gradient] {
      try TensorFile.write(result.gradients.tensors, to: path, overwriting: arguments[force])
    }
    switch arguments[format] {
    case .text: try console.write(result.table.text(width: console.textWidth))
    case .json: try console.write(result.json.text + "\n")
    }
  }

  /// All arrays that the loss reads have one row an example.
  private func checkBatchSizes(_ files: [OutputsFile], _ labels: LabelsFile?) throws {
    let sizes =
      files.flatMap { $0.batchSizes }
      + (labels.map { [($0.place, $0.labels.count)] } ?? [])
    guard let first = sizes.first else { return }
    for (place, count) in sizes where count != first.count {
      throw CommandError.badData(
        "\(place) has \(count) examples, but \(first.place) has \(first.count)")
    }
    guard first.count > 0 else { throw CommandError.badData("\(first.place) has no examples") }
  }

  /// What is wrong with the labels is said with their file's name.
  private func namingLabels<Result>(
    _ labels: LabelsFile?, _ body: () throws -> Result
  ) throws -> Result {
    do {
      return try body()
    } catch let error as DistillationError {
      var cause = error
      while case .inTerm(_, let inner) = cause { cause = inner }
      switch cause {
      case .labelOutOfRange: throw CommandError.badData("\(labels?.place ?? "labels"): \(cause)")
      case .missingLabels: throw CommandError.badData("\(cause); --labels FILE gives them")
      default: throw error
      }
    }
  }
}
