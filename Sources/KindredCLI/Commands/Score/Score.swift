import Distillation
import Reports

/// The command `kindred score`.
struct Score: Command {
  let name = "score"
  let summary = "Evaluates a loss on activations that any framework has dumped."
  let discussion = """
    A file is .npy, .npz or .safetensors. It has the outputs of one network on one
    batch by name: logits, embedding, stage1, ..., logits@virtual. The array of an
    .npy file has no name: it stands for the only output that the loss reads. Only
    the arrays that the loss reads are read; the others may be of any type.

    Numbers may be of any whole or floating-point type of up to 64 bits, or bool.
    Labels stay whole numbers. Outputs become Float32; a whole number that Float32
    does not hold is an error. If the student's and the teacher's file both have
    labels, targets, ids, index, paths or filenames, these must agree. --labels
    precedes an array 'labels' of a file, with a warning if the two differ.

    The student's array 'weights' has a 1 for each example that counts, and a 0 for
    each that is left out of both networks. 'mask', N x T, has the same for the
    tokens of outputs N x T x D; their labels are N x T, too. A teacher of another
    T has a mask of its own. 'indices' has the place of each example in the data,
    for losses that remember it.

    Examples:
      kindred score --loss 'ce + 25*rkd.distance' --labels y.npy \\
        --student s.npz --teacher t.npz
      kindred score --loss rkd.distance --student s.npy --teacher t.npy \\
        --gradient g.npy --format json
    """

  let registry: Registry

  let loss = Parameter<String>.option(
    "loss", "FORMULA", completion: .formulas, "The loss: 'ce + 25*rkd.distance'.")
  let student = Parameter<String>.option(
    "student", "FILE", completion: .tensors, "The student's outputs.")
  let teacher = Parameter<String?>.option(
    "teacher", "FILE", completion: .tensors,
    "The teacher's outputs. A loss that reads none, such as 'ce', needs no teacher.")
  let labels = Parameter<String?>.option(
    "labels", "FILE", completion: .files(),
    """
    The class of each example, from 0, or -100 for none. Without it, the array 'labels' of either \
    file.
    """)
  let parameters = Parameter<String?>.option(
    "parameters", "FILE", completion: .tensors,
    """
    The tensors that the loss owns, by name: fitnet.weight, rrd.queue. A memory that is not in it is \
    empty.
    """)
  let gradient = Parameter<String?>.option(
    "gradient", "FILE", completion: .tensors,
    """
    Where to write the gradient of the loss at each of the student's outputs, and at each parameter \
    that the loss learns, by its name.
    """)
  let progress = Parameter<Double>.option(
    "progress", "SHARE", default: 0,
    "How much of the training is over, from 0 to 1. Weights that move depend on it.")
  let format = Parameter<OutputFormat>.option(
    "format", default: .text, "How the value is written.")
  let force = Parameter.flag("force", "Replaces the gradient's file if it exists.")

  func run(_ arguments: Arguments, console: Console) throws {
    let graph = try registry.loss(arguments[loss])
    guard (0...1).contains(arguments[progress]) else {
      throw CommandError.invalidUse("'--progress' is a share of a training, from 0 to 1")
    }
    let paths = ScorePaths(
      student: arguments[student], teacher: arguments[teacher], labels: arguments[labels],
      parameters: arguments[parameters])
    var output = try arguments[gradient].map {
      try GradientFile($0, replacing: arguments[force], inputs: paths)
    }
    let inputs = try ScoreInputs(paths, for: graph) { console.note("warning: \($0)") }
    try output?.check(inputs.student, parameters: inputs.state.parameters.count)

    let moment = Moment(progress: arguments[progress])
    let result = try inputs.evaluate(graph, at: moment, withGradients: output != nil)
    for warning in try inputs.warnings(of: graph, at: moment) {
      console.note("warning: \(warning)")
    }
    try output?.write(result.gradients.tensors.merging(result.parameterGradients) { own, _ in own })
    switch arguments[format] {
    case .text: try console.write(result.table.text(width: console.textWidth))
    case .json: try console.write(result.json.text + "\n")
    }
  }
}
