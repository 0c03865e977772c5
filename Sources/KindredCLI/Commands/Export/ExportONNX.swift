import Experiments
import Foundation
import Reports
import TensorFiles
import Tensors
import Training

/// The command `kindred export onnx`.
struct ExportONNX: Command {
  let name = "onnx"
  let summary = "Writes a trained student alone as an ONNX model, with a page that describes it."
  let discussion = """
    The model's input 'images' takes N x C x H x W numbers of Float32, which are
    pixel values from 0 to 255; or, if the student was trained on features, these,
    N x D. N is free, and the normalisation is inside. The outputs are 'logits' and
    'embedding'. The operators are those of version 17.

    A page in Markdown beside the model says what the student is.

    Example:
      kindred export onnx results/mine --row kd --out student.onnx
    """

  let networks: Networks

  private let chosen = StudentArguments()
  let out = Parameter<String>.option(
    "out", "FILE", completion: .files(".onnx"), "Where the model goes.")
  let force = Parameter.flag("force", "Overwrites files that exist.")

  var parameters: [any AnyParameter] { chosen.all + [out, force] }

  func run(_ arguments: Arguments, console: Console) throws {
    let path = arguments[out]
    guard path.hasSuffix(".onnx") else {
      throw CommandError.invalidUse(
        "'--out' takes a name that ends in .onnx, not '\(path.visible)'")
    }
    let page = (path as NSString).deletingPathExtension + ".md"
    for file in [path, page] {
      try AtomicFile.checkOutput(file, overwriting: arguments[force])
    }
    let (run, student) = try chosen.chosen(arguments, of: networks)
    let name = (path as NSString).lastPathComponent
    let card = ModelCard(
      of: student, in: run,
      calledBy: """
        ```python
        import onnxruntime

        session = onnxruntime.InferenceSession("\(name)")
        logits, embedding = session.run(["logits", "embedding"], {"images": images})
        ```

        """)
    let trained = student.trained
    let model = try StudentExport(trained).onnx(metadata: [
      ("title", card.title), ("classes", trained.classes.joined(separator: ",")),
    ])
    // A page without its model says nothing, and a model without its page can be used.
    try AtomicFile.write(model, to: path, overwriting: arguments[force])
    try AtomicFile.write(card.markdown, to: page, overwriting: arguments[force])
    try console.write("\(path)\n\(page)\n")
  }
}
