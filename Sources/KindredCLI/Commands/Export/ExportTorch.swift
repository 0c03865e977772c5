import Experiments
import Foundation
import Reports
import TensorFiles
import Training

/// The command `kindred export torch`.
struct ExportTorch: Command {
  let name = "torch"
  let summary = "Writes a trained student alone as a module of PyTorch with its weights."
  let discussion = """
    The folder has student.safetensors, the weights by PyTorch's names; student.py,
    whose load() gives the student; and README.md, which says what it is. The module
    takes N x C x H x W numbers of floating point, which are pixel values from 0 to
    255; or, if the student was trained on features, these, N x D. It gives a
    dictionary of 'logits' and 'embedding'.

    Example:
      kindred export torch results/mine --row kd --out student
      cd student && python -c 'from student import load; print(load())'
    """

  let networks: Networks

  private let chosen = StudentArguments()
  let out = Parameter<String>.option(
    "out", "FOLDER", completion: .folders, "Where the files go: a folder that is made.")
  let force = Parameter.flag("force", "Writes to a folder that exists.")

  var parameters: [any AnyParameter] { chosen.all + [out, force] }

  func run(_ arguments: Arguments, console: Console) throws {
    let folder = arguments[out]
    guard !FileManager.default.fileExists(atPath: folder) || arguments[force] else {
      throw CommandError.fileExists(folder)
    }
    let (run, student) = try chosen.chosen(arguments, of: networks)
    let card = ModelCard(
      of: student, in: run,
      calledBy: """
        ```python
        from student import load

        outputs = load()(images)   # a dictionary of logits and embedding
        ```

        It needs `torch` and `safetensors`.

        """)
    let export = try StudentExport(student.trained)
    try NewFolder.write(to: folder) { place in
      try TensorFile.write(
        export.torchWeights, to: place + "/student.safetensors", metadata: ["format": "pt"],
        overwriting: true)
      try AtomicFile.write(
        export.torchSource(title: card.title + "."), to: place + "/student.py", overwriting: true)
      try AtomicFile.write(card.markdown, to: place + "/README.md", overwriting: true)
    }
    try console.write(folder + "\n")
  }
}

/// A folder that has all of its files or does not appear.
enum NewFolder {
  /// Calls `body` to write files to a folder, which is `path` itself if that exists.
  static func write(to path: String, _ body: (String) throws -> Void) throws {
    let files = FileManager.default
    guard !files.fileExists(atPath: path) else { return try body(path) }
    let parent = (path as NSString).deletingLastPathComponent
    let temporary = (parent as NSString).appendingPathComponent(
      ".\(String(UInt64.random(in: 0 ... .max), radix: 36)).partial")
    do {
      try files.createDirectory(atPath: temporary, withIntermediateDirectories: true)
      defer { try? files.removeItem(atPath: temporary) }
      try body(temporary)
      try files.moveItem(atPath: temporary, toPath: path)
    } catch let error as CocoaError {
      throw CommandError.cannotWrite(path, reason: error.localizedDescription)
    }
  }
}
