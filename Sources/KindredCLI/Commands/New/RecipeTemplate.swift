import Distillation
import Experiments
import Tensors
import Training

/// A recipe for data that were found, as `kindred new recipe` writes it.
struct RecipeTemplate {
  /// The name of the data.
  let name: String
  /// The recipe's file.
  let file: String
  /// The folder of the data, as the recipe says it.
  let directory: String
  let files: DataFiles
  let data: FoundData
  /// The file of a teacher's outputs, as the recipe says it, and their names; `nil` if a teacher is trained.
  let outputs: (path: String, names: [String])?
  let networks: Networks
  /// What the running program is called.
  let program: String

  private var shape: ImageShape { data.training.shape }
  private var count: Int { data.training.count }

  /// The data that were found, in the words of `kindred plan`.
  var what: String {
    RunPlan.Images(training: data.training, test: data.test, kind: data.kind).sentence
  }

  var text: String {
    """
    // A small network learns from a teacher on the data in '\(directory.visible)'.
    //
    //   \(program) plan \(file.shellWord.visible)     what a run does, and how long it takes
    //   \(program) run \(file.shellWord.visible)      trains all networks, and writes a report
    {
      name: \(JSON.string(name).text),

      // \(what.visible).
    \(comments.map { "  // \($0)\n" }.joined())\
      data: { \(settings.joined(separator: ", ")) },

    \(teacher)

      // '\(program) list networks' has others.
      student: {
        network: "\(pair.student)",
    \(augmentation)\
        training: { \(training) },
      },

      // Each row trains a student by another loss. The others are compared with the first.
      rows: [
    \(rows.map { "\($0)\n" }.joined())\
      ],

      // Students of each row. More seeds show smaller differences.
      seeds: [1, 2, 3],
    }

    """
  }

  private var teacher: String {
    guard let outputs else {
      return """
          // It is trained first. A teacher that you have takes its place: { outputs: "teacher.npz" }.
          teacher: {
            network: "\(pair.teacher)",
            training: { \(training) },
          },
        """
    }
    return """
        // The file has \(outputs.names.map { "'\($0.visible)'" }.joined(separator: ", ")), a row for each example to train.
        teacher: { outputs: \(JSON.string(outputs.path).text) },
      """
  }

  /// The rows: one that learns from labels alone, if there are any, and those whose losses read a teacher.
  private var rows: [String] {
    let names = outputs?.names ?? ["logits", "embedding"]
    let layer =
      names.contains("embedding") ? nil : names.first { !$0.contains("@") && $0 != "logits" }
    let isLabelled = data.training.isLabelled
    var rows = isLabelled ? ["    { name: \"ce\", loss: \"ce\" },"] : []
    if names.contains("logits") {
      let loss = isLabelled ? "0.1*ce + 0.9*kd(temperature: 4)" : "kd(temperature: 4)"
      rows.append("    { name: \"kd\", loss: \"\(loss)\" },")
    }
    if names.contains("embedding") || layer != nil {
      let other = layer.map { "(teacherLayer: \(Self.written($0)))" } ?? ""
      if isLabelled {
        rows.append(
          "    // 1 is a first guess. 'weights: [0.1, 1, 10]' and 'weight*rkd' try several, on images kept for that."
        )
      }
      let start = isLabelled ? "ce + " : ""
      rows.append("    { name: \"rkd\", loss: \(JSON.string("\(start)rkd\(other)").text) },")
    }
    return rows
  }

  /// A name as formulas write it: in quotes unless it is a word.
  private static func written(_ name: String) -> String {
    name.wholeMatch(of: /[A-Za-z][A-Za-z0-9_]*/) != nil ? name : "\"\(name)\""
  }

  private var settings: [String] {
    var settings = ["directory: \(JSON.string(directory).text)"]
    if files.layout == .nhwc { settings.append("layout: \"NHWC\"") }
    if let size = files.size { settings.append("size: \(size)") }
    if files.skipsBroken { settings.append("skipBroken: true") }
    return settings
  }

  /// Why the data need each setting.
  private var comments: [String] {
    var comments: [String] = []
    if files.layout == .nhwc { comments.append("The channels of the images come last.") }
    if let size = files.size {
      comments.append(
        "Each is brought to \(size)×\(size) pixels. A step takes a quarter of the time with half the size."
      )
    }
    if files.skipsBroken {
      comments.append(
        "Broken images are left out. Without skipBroken, they are an error that names the first.")
    }
    return comments
  }

  /// About 100,000 examples are seen, but not all data fewer than 5 times or more than 30 times.
  private var training: String {
    let epochs = min(max(100_000 / count, 5), 30)
    return "epochs: \(epochs), batch: \(count < 640 ? min(count, 16) : 64)"
  }

  private var augmentation: String {
    data.training.isOfFeatures || outputs != nil
      ? ""
      : """
          // If a mirrored image is of the same class, 'training' can also have: augmentation: { flip: true }

      """
  }

  /// Residual networks for images, and perceptrons for features.
  private var pair: (teacher: String, student: String) {
    let residual = ("resnet8:16", "resnet8:4")
    let isPossible =
      !data.training.isOfFeatures
      && (try? networks.named(residual.0, classes: data.training.classes.count, shape: shape))
        != nil
    return isPossible ? residual : ("mlp:256", "mlp:32")
  }
}
