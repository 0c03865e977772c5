import Distillation
import Foundation
import TensorFiles
import Tensors
import Training

/// `kindred new recipe`
struct NewRecipe: Command {
  let name = "recipe"
  let summary = "Writes a recipe for the data that it finds in a folder."
  let discussion = """
    It finds out what the folder has, as 'kindred plan' does: class folders of
    pictures, arrays, tables, IDX files or CIFAR's. The recipe has a comment for
    each choice, and 'kindred run' runs it as it is.

    A teacher that you have, in any framework, takes the place of one that Kindred
    trains: '--teacher' names a file of its outputs.

    Examples:
      kindred new recipe pictures
      kindred new recipe pictures --teacher teacher.npz --out mine.json5
    """

  let networks: Networks
  /// What the running program is called.
  let program: String

  let data = Parameter<String?>.argument(
    "FOLDER", completion: .folders, "The folder of the data. Without it, the current one.")
  let teacher = Parameter<String?>.option(
    "teacher", "FILE", completion: .files(".npz", ".safetensors"),
    "What a teacher of yours says of the examples to train.")
  let out = Parameter<String>.option(
    "out", "FILE", default: "recipe.json5", completion: .files(".json5"), "Where the recipe goes.")

  func run(_ arguments: Arguments, console: Console) throws {
    let (path, folder) = (arguments[out], arguments[data] ?? ".")
    guard path.hasSuffix(".json5") else {
      throw CommandError.invalidUse(
        "'--out' takes a name that ends in .json5, not '\(path.visible)'")
    }
    try AtomicFile.checkOutput(path, overwriting: false)
    let name = URL(filePath: folder).standardized.lastPathComponent
    let (files, found) = try DataFiles.found(in: folder, name: name)
    guard found.training.isLabelled || arguments[teacher] != nil else {
      throw DataSetError.malformed(
        file: folder,
        problem: """
          it has no labels to train on, from which a teacher would learn: '--teacher' names the outputs of one that \
          is there already
          """)
    }
    let outputs = try arguments[teacher].map { file in
      (path: Self.path(of: file, inRecipe: path), names: try Self.outputs(in: file, of: found))
    }
    let template = RecipeTemplate(
      name: name, file: path, directory: Self.path(of: folder, inRecipe: path), files: files,
      data: found, outputs: outputs, networks: networks, program: program)
    try AtomicFile.write(template.text, to: path)
    try console.write(
      """
      \(template.what)
      wrote \(path.visible)

      Next:
        \(program) plan \(path.shellWord)
        \(program) run \(path.shellWord)

      """)
  }

  /// The outputs in a teacher's file that losses can read of the data: `logits`, `embedding`, or if it has
  /// neither, the first that they can.
  private static func outputs(in path: String, of data: FoundData) throws -> [String] {
    func asking(for names: [String]) throws -> [String] {
      var file = try TeacherFile(path, isFixed: false)
      for name in names { try file.ask(for: OutputName(name)) }
      let teacher = try file.teacher(of: data.training)
      let (classes, logits) = (
        data.training.classes.count, teacher.summary.outputs.first { $0.name == "logits" }
      )
      guard data.training.isLabelled, let logits, logits.shape != [classes],
        names.contains("logits")
      else { return names }
      throw TrainingError.teacher(
        path: path,
        problem:
          "its 'logits' have shape \(logits.shape) for an example, and the data has \(classes) classes"
      )
    }
    let all = try TeacherFile(path, isFixed: false).names.sorted()
    let usual = ["logits", "embedding"].filter(all.contains)
    guard usual.isEmpty else { return try asking(for: usual) }
    var problem: (any Error)?
    for name in all where OutputName(name).view == nil {
      do { return try asking(for: [name]) } catch { problem = problem ?? error }
    }
    throw problem ?? DistillationError.missingOutput("logits", available: all)
  }

  /// The path of a folder or a file in a recipe, where paths are relative to the recipe's folder.
  private static func path(of folder: String, inRecipe recipe: String) -> String {
    let whole = URL(filePath: folder).standardized.path
    let start = URL(filePath: recipe).standardized.deletingLastPathComponent().path
    if whole == start { return "." }
    let isBeside = (recipe as NSString).deletingLastPathComponent.isEmpty
    return whole.hasPrefix(start + "/")
      ? String(whole.dropFirst(start.count + 1)) : isBeside ? folder : whole
  }
}
