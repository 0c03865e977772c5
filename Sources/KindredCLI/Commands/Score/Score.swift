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
  let progress = Parameter<Double>.option(
    "progress", "SHARE", default: 0,
    "How much of a training is over, from 0 to 1, for weights that move.")
  let format = Parameter<OutputFormat>.option(
    "format", default: .text, "How the value is written.")
  let force = Parameter.flag("force", "Replaces the gradient's file if it exists.")

  func run(_ arguments: Arguments, console: Console) throws {
    let graph = try registry.loss(arguments[loss])
    guard (0...1).contains(arguments[progress]) else {
      throw CommandError.invalidUse("'--progress' is a share of a training, from 0 to 1")
    }
    if let path = arguments[gradient], !arguments[force],
      FileManager.default.fileExists(atPath: path)
    {
      throw CommandError.fileExists(path)
    }
    var student = try OutputsFile(arguments[student], of: .student, for: graph)
    let teacher = try OutputsFile(arguments[teacher], of: .teacher, for: graph)
    let own = student.takeLabels(reading: arguments[labels] == nil)
    var labels = try arguments[labels].map { try LabelsFile.read($0) } ?? own
    try checkBatchSizes([student, teacher], &labels)

    student.outputs.labels = try? labels?.get().labels
    let result: LossEvaluation
    do {
      try graph.checkMemory(student: student.outputs, teacher: teacher.outputs)
      result = try graph.evaluate(
        student: student.outputs, teacher: teacher.outputs,
        step: Step(progress: arguments[progress]), withGradients: arguments[gradient] != nil)
    } catch let error as DistillationError {
      throw placed(error, graph, student, teacher, labels)
    }
    try result.checkFinite()
    for term in graph.uninformativeTerms(student: student.outputs, teacher: teacher.outputs) {
      console.note("warning: \(term)")
    }
    if let path = arguments[gradient] {
      try TensorFile.write(result.gradients.tensors, to: path, overwriting: arguments[force])
    }
    switch arguments[format] {
    case .text: try console.write(result.table.text(width: console.textWidth))
    case .json: try console.write(result.json.text + "\n")
    }
  }

  /// All arrays that the loss reads have one row an example.
  ///
  /// Labels of another number are wrong, which matters only to a loss that reads them.
  private func checkBatchSizes(
    _ files: [OutputsFile], _ labels: inout Result<LabelsFile, CommandError>?
  ) throws {
    guard let first = files.flatMap({ $0.batchSizes }).first else { return }
    for (place, count) in files.flatMap({ $0.batchSizes }) where count != first.count {
      throw CommandError.badData(
        "\(place) has \(count) examples, but \(first.place) has \(first.count)")
    }
    guard first.count > 0 else { throw CommandError.badData("\(first.place) has no examples") }
    if case .success(let known)? = labels, known.labels.count != first.count {
      labels = .failure(
        .badData(
          "\(known.place) has \(known.labels.count) examples, but \(first.place) has \(first.count)"
        ))
    }
  }

  /// What is wrong with the labels or with what a term reads, said with the names of the files.
  private func placed(
    _ error: DistillationError, _ graph: LossGraph, _ student: OutputsFile, _ teacher: OutputsFile,
    _ labels: Result<LabelsFile, CommandError>?
  ) -> any Error {
    var (cause, term) = (error, String?.none)
    while case .inTerm(let name, let inner) = cause { (cause, term) = (inner, term ?? name) }
    switch (cause, labels) {
    case (.labelOutOfRange, .success(let labels)?):
      return CommandError.badData("\(labels.place): \(cause)")
    case (.missingLabels, .failure(let problem)?): return problem
    case (.missingLabels, _): return CommandError.badData("\(cause); --labels FILE gives them")
    default: break
    }
    guard let summand = graph.summands.first(where: { $0.name == term }) else { return error }
    var places = [
      (Role.student, student.place(of: summand.studentOutputs)),
      (.teacher, teacher.place(of: summand.teacherOutputs)),
    ]
    if case .unfit(_, _, _, let role, _) = cause { places = places.filter { $0.0 == role } }
    let place = places.compactMap { $0.1 }.joined(separator: " and ")
    return place.isEmpty ? error : CommandError.badData("\(place): \(error)")
  }
}
