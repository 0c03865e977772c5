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

    Several files are several batches, in the same order for each network. The
    numbers are then means over the batches, and 'deviation' is the standard
    deviation of a value. --balance says how much each term counts: its share of the
    sum of all |weight x value|, the length of its weighted gradient at the outputs
    of the student, and the cosine of that with the whole gradient. --suggest adds
    the number before each term that makes its gradient as long as that of 'ce'.

    Examples:
      kindred score --loss 'ce + 25*rkd.distance' --labels y.npy \\
        --student s.npz --teacher t.npz
      kindred score --loss rkd.distance --student s.npy --teacher t.npy \\
        --gradient g.npy --format json
      kindred score --loss 'ce + kd + sp' --suggest \\
        --student s1.npz s2.npz --teacher t1.npz t2.npz
    """

  let registry: Registry

  let loss = Parameter<String>.option(
    "loss", "FORMULA", completion: .formulas, "The loss: 'ce + 25*rkd.distance'.")
  let student = Parameter<[String]>.option(
    "student", "FILE", completion: .tensors, isRequired: true,
    "The student's outputs, a file for each batch.")
  let teacher = Parameter<[String]>.option(
    "teacher", "FILE", completion: .tensors,
    """
    The teacher's outputs, a file for each batch. A loss that reads none, such as 'ce', needs no teacher.
    """)
  let labels = Parameter<[String]>.option(
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
  let balance = Parameter.flag("balance", "Says how much each term counts beside the others.")
  let suggest = Parameter.flag(
    "suggest", "Suggests numbers before the terms. It includes --balance.")
  let share = Parameter<Double?>.option(
    "share", "SHARE",
    """
    How long a term's gradient is to be with the suggested number, as a multiple of that of 'ce'. \
    Without it, 1.
    """)
  let seed = Parameter<UInt64>.option(
    "seed", "N", default: 0, "The seed of random choices of the loss.")
  let step = Parameter<Int>.option(
    "step", "N", default: 0,
    "How many steps came before. Random choices of the loss depend on it.")
  let progress = Parameter<Double>.option(
    "progress", "SHARE", default: 0,
    "How much of the training is over, from 0 to 1. Weights that move depend on it.")
  let format = Parameter<OutputFormat>.option(
    "format", default: .text, "How the value is written.")
  let force = Parameter.flag("force", "Replaces the gradient's file if it exists.")

  func run(_ arguments: Arguments, console: Console) throws {
    let graph = try registry.loss(arguments[loss])
    let moment = try moment(arguments)
    let reference =
      arguments[suggest] ? try Scores.Reference(arguments[share] ?? 1, in: graph) : nil
    guard arguments[suggest] || arguments[share] == nil else {
      throw CommandError.invalidUse("'--share' belongs to '--suggest'")
    }
    let batches = try ScorePaths.batches(
      student: arguments[student], teacher: arguments[teacher], labels: arguments[labels],
      parameters: arguments[parameters])
    guard batches.count == 1 || arguments[gradient] == nil else {
      throw CommandError.invalidUse("'--gradient' is the gradient on one batch, not on several")
    }
    var output = try arguments[gradient].map {
      try GradientFile($0, replacing: arguments[force], inputs: batches[0])
    }
    var warnings: Set<String> = []
    func warn(_ text: String) {
      // Batches of one shape have one warning.
      if warnings.insert(text).inserted { console.note("warning: \(text)") }
    }
    let isBalanced = arguments[balance] || arguments[suggest]
    let results = try batches.enumerated().map { index, paths in
      if batches.count > 1 { console.showStatus("batch \(index + 1) of \(batches.count)") }
      let inputs = try ScoreInputs(paths, for: graph, warn: warn)
      try output?.check(inputs.student, parameters: inputs.state.parameters.count)
      let result = try inputs.evaluate(graph, at: moment, withGradients: output != nil)
      let balances = isBalanced ? try inputs.balances(of: graph, at: moment) : nil
      try inputs.warnings(of: graph, at: moment).forEach(warn)
      return Scores.OfBatch(evaluation: result, balances: balances)
    }
    let suggestions = try reference?.suggestions(on: results, warn: warn)
    let scores = Scores(batches: results, suggestions: suggestions)
    let result = results[0].evaluation
    try output?.write(result.gradients.tensors.merging(result.parameterGradients) { own, _ in own })
    switch arguments[format] {
    case .text: try console.write(scores.table.text(width: console.textWidth))
    case .json: try console.write(scores.json.text + "\n")
    }
  }

  private func moment(_ arguments: Arguments) throws -> Moment {
    guard (0...1).contains(arguments[progress]) else {
      throw CommandError.invalidUse("'--progress' is a share of a training, from 0 to 1")
    }
    guard arguments[step] >= 0 else {
      throw CommandError.invalidUse("'--step' is how many steps came before, 0 or more")
    }
    return Moment(
      seed: arguments[seed], index: arguments[step], progress: arguments[progress])
  }
}
