import Experiments
import Foundation
import TensorFiles
import Tensors
import Training

/// The command `kindred predict`.
struct Predict: Command {
  let name = "predict"
  let summary = "Says what a trained student makes of images or features."
  let discussion = """
    FILE is .npz or .safetensors with 'images' or 'features', a table of features in
    .csv, IDX, a picture in PNG or JPEG, or a folder of pictures. Pictures are
    brought to the size that the student reads. Labels are not read.

    The file of --out has 'logits', 'probabilities', 'classes' (the index of the
    greatest logit) and 'embedding' of every example: in .npz, in .csv with a column
    for each number, or in .jsonl with an object a line. Without --out, the name and
    the probability of each example's class go to standard output.

    Examples:
      kindred predict results/mine --row kd --images new.npz --out said.npz
      kindred predict results/mine --row kd --images photographs
    """

  let networks: Networks

  private let chosen = StudentArguments()
  let images = Parameter<String>.option(
    "images", "FILE", completion: .files(), "The examples: a file, or a folder of pictures.")
  let layout = Parameter<PixelLayout?>.option(
    "layout", "NCHW|NHWC", "The order of the axes of images in arrays.")
  let out = Parameter<String?>.option(
    "out", "FILE", completion: .files(".npz", ".csv", ".jsonl"), "Where the predictions go.")
  let force = Parameter.flag("force", "Overwrites the file of --out if it exists.")

  var parameters: [any AnyParameter] { chosen.all + [images, layout, out, force] }

  func run(_ arguments: Arguments, console: Console) throws {
    let path = arguments[out]
    let kind = path.map { ($0 as NSString).pathExtension.lowercased() }
    if let path, let kind {
      guard ["npz", "csv", "jsonl"].contains(kind) else {
        throw CommandError.invalidUse(
          "'--out' takes a name that ends in .npz, .csv or .jsonl, not '\(path.visible)'")
      }
      try AtomicFile.checkOutput(path, overwriting: arguments[force])
    } else if arguments[force] {
      throw CommandError.invalidUse("'--force' overwrites the file of --out, and there is none")
    }
    let (_, student) = try chosen.chosen(arguments, of: networks)
    let files = try UnlabelledFiles(
      arguments[images], layout: arguments[layout], for: student.trained)
    let said = try Predictions(of: files.examples, by: student.trained)
    let table = PredictionTable(said, names: files.names, classes: student.trained.classes)
    guard let path else { return try console.write(table.brief) }
    switch kind {
    case "npz":
      try TensorFile.writeArchive(
        [
          "logits": said.logits, "probabilities": said.probabilities, "embedding": said.embedding,
        ], wholes: ["classes": said.classes], to: path, overwriting: arguments[force])
    case "csv": try AtomicFile.write(table.csv, to: path, overwriting: arguments[force])
    default: try AtomicFile.write(table.lines, to: path, overwriting: arguments[force])
    }
    console.note("\(path.visible): \(files.examples.count) examples")
  }
}

extension PixelLayout: ArgumentValue {}
