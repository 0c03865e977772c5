import Experiments
import Foundation
import Kindred
import KindredCLI
import TensorFiles
import Tensors
import Testing

/// Recipes of data that a user has.
@Suite struct OwnDataTests {
  let folder: ScoreFolder

  init() throws { folder = try ScoreFolder() }

  private func kindred(_ words: String...) -> (code: ExitCode, output: String, errors: String) {
    let recording = Recording()
    let code = Program.kindred(registry: .linked)(words, console: recording.console())
    return (code, recording.output, recording.errors.replacing(folder.path + "/", with: ""))
  }

  /// Writes a recipe with these settings of data, and returns its path.
  private func recipe(
    _ data: String, student: String = "mlp:4", more: String = "", loss: String = "ce"
  ) throws -> String {
    let path = folder.path("recipe.json5")
    let text = """
      {
        data: \(data), evaluation: { recall: [1] },
        student: { network: "\(student)", training: { epochs: 1, batch: 8 \(more) } },
        rows: [{ loss: "\(loss)" }],
      }
      """
    try Data(text.utf8).write(to: URL(filePath: path))
    return path
  }

  /// Writes 24 colour images to train on and 16 to test on, of three classes.
  private func writeImages(shape: [Int] = [3, 8, 8]) throws {
    for (name, count) in [("train.npz", 24), ("test.npz", 16)] {
      var random = Random(seed: UInt64(count), "own data")
      let images = Tensor(shape: [count] + shape) { scalars in
        for index in scalars.indices { scalars[index] = random.uniform(in: 0..<1) }
      }
      let labels = Tensor(shape: [count]) { scalars in
        for index in scalars.indices { scalars[index] = Float(index % 3) }
      }
      try TensorFile.write(["images": images, "labels": labels], to: folder.path(name))
    }
  }

  /// Writes 12 examples of 5 features to train on and 9 to test on, of three classes.
  private func writeFeatures() throws {
    for (name, count) in [("train.npz", 12), ("test.npz", 9)] {
      var random = Random(seed: UInt64(count), "own data")
      let labels = Tensor(shape: [count]) { scalars in
        for index in scalars.indices { scalars[index] = Float(index % 3) }
      }
      try TensorFile.write(
        ["features": random.normal(shape: [count, 5]), "labels": labels], to: folder.path(name))
    }
  }

  static let files = #"{ train: "train.npz", test: "test.npz" }"#

  /// The paths are relative to the recipe's folder, wherever the program runs.
  @Test func planSaysWhatWasFound() throws {
    try writeImages()
    var (code, output, errors) = kindred("plan", try recipe(Self.files))
    #expect(code == .done, "\(errors)")
    #expect(
      output.hasPrefix("arrays in .npz: 24 images of 3×8×8 to train, 16 to test, 3 classes\n"))
    (code, output, errors) = kindred("plan", try recipe(Self.files), "--format", "json")
    let plan = try JSONDecoder().decode(RunPlan.self, from: Data(output.utf8))
    #expect((plan.images.kind, plan.images.shape) == ("arrays in .npz", [3, 8, 8]))
  }

  /// Of many classes, a report shows some, with several examples of each.
  @Test func reportsOfManyClasses() throws {
    for (name, count) in [("train.npz", 40), ("test.npz", 400)] {
      var random = Random(seed: UInt64(count), "own data")
      let labels = Tensor(shape: [count]) { scalars in
        for index in scalars.indices { scalars[index] = Float(index % 40) }
      }
      try TensorFile.write(
        ["features": random.normal(shape: [count, 5]), "labels": labels], to: folder.path(name))
    }
    let (code, _, errors) = kindred("run", try recipe(Self.files), "--out", folder.path("out"))
    #expect(code == .done, "\(errors)")
    let json = try Data(contentsOf: URL(filePath: folder.path("out/diagnostics.json")))
    let labels = try JSONDecoder().decode(Diagnostics.self, from: json).labels
    #expect(labels.count == 96)
    #expect(Set(labels).sorted() == (0..<16).map { $0 * 40 / 16 })
    let report = try String(contentsOfFile: folder.path("out/report.html"), encoding: .utf8)
    #expect(report.contains("96 test examples of 16 of 40 classes"))
    #expect(!report.contains("test images of"))
  }

  @Test(arguments: ["resnet8:2", "mlp:4"]) func runsOnColour(network: String) throws {
    try writeImages()
    let path = try recipe(
      Self.files, student: network, more: ", augmentation: { flip: true, crop: 1 }")
    let out = folder.path("out")
    let (code, _, errors) = kindred("run", path, "--out", out)
    #expect(code == .done, "\(errors)")
    #expect(errors.contains("train.npz: 24 images, 16 to test, 3 classes"))
    let report = try String(contentsOfFile: out + "/report.html", encoding: .utf8)
    // The start of a PNG of 8×8 pixels of three bytes (kind 2), in Base64.
    let start = Data([
      0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 0,
      8, 0, 0, 0, 8, 8, 2, 0,
    ])
    #expect(report.contains("data:image/png;base64," + start.base64EncodedString()))
  }

  @Test func runsOnFeatures() throws {
    try writeFeatures()
    let out = folder.path("out")
    let path = try recipe(Self.files)
    let (code, _, errors) = kindred("run", path, "--out", out)
    #expect(code == .done, "\(errors)")
    #expect(
      kindred("plan", path).output.hasPrefix(
        "arrays in .npz: 12 examples of 5 features to train, 9 to test, 3 classes\n"))
  }

  @Test(arguments: [
    (
      "mlp:4", ", augmentation: { flip: true }", "ce",
      """
      student.training.augmentation: 'flip' changes images, and the data are 5 features
      """
    ),
    (
      "resnet8:2", "", "ce",
      """
      student.network: 'resnet8:2' takes images, and the data are 5 features; possible: \
      mlp:<width>:<width>…
      """
    ),
    (
      "mlp:4", "", "vrm",
      """
      rows[0].loss: 'logits@virtual' is of images that are changed, and the data are 5 features
      """
    ),
  ])
  func featuresAreNoImages(
    student: String, more: String, loss: String, message: String
  ) throws {
    try writeFeatures()
    let path = try recipe(
      "\(Self.files), teacher: { network: \"mlp:4\" }", student: student, more: more, loss: loss)
    let (code, _, errors) = kindred("run", path, "--out", folder.path("out"))
    #expect(code == .badData)
    #expect(errors == "kindred: recipe.json5: \(message)\n")
    #expect(!FileManager.default.fileExists(atPath: folder.path("out")))
  }

  @Test(arguments: [
    (
      #"{ train: "absent.npz", test: "test.npz" }"#, ExitCode.missingFile,
      "'absent.npz' does not exist"
    ),
    (
      #"{ directory: "absent" }"#, .missingFile,
      "the data was not found in 'absent'; there is no such folder"
    ),
    (
      #"{ set: "glyphs", train: "train.npz" }"#, .badData,
      "recipe.json5: data.train: a file, and the data set 'glyphs' has its own"
    ),
    (
      #"{ directory: ".", train: "train.npz" }"#, .badData,
      "recipe.json5: data.train: a file, beside 'directory', which has all files"
    ),
    (
      #"{ test: "test.npz" }"#, .badData,
      "recipe.json5: data.test: a file to test on needs one to train on, in 'train'"
    ),
    (
      #"{ train: "train.npz", test: 16 }"#, .badData,
      "recipe.json5: data.test: expected a file as in 'train', not a number"
    ),
    (
      #"{ set: "glyphs", layout: "NHWC" }"#, .badData,
      "recipe.json5: data.layout: it is of arrays in files, and there are none"
    ),
    (
      #"{ train: "train.npz", test: "test.npz", layout: "NWHC" }"#, .badData,
      """
      recipe.json5: data.layout: expected one of 'NCHW', 'NHWC' (did you mean 'NHWC'?), not 'NWHC'
      """
    ),
  ])
  func wrongSettings(data: String, code: ExitCode, message: String) throws {
    try writeImages()
    let (found, _, errors) = kindred("run", try recipe(data), "--out", folder.path("out"))
    #expect(found == code)
    #expect(errors == "kindred: \(message)\n")
    #expect(!FileManager.default.fileExists(atPath: folder.path("out")))
  }

  @Test func aFolderIsNamedOnTheCommandLine() throws {
    try writeImages()
    let path = try recipe("{}")
    let (code, output, errors) = kindred("plan", path, "--data", folder.path)
    #expect(code == .done, "\(errors)")
    #expect(output.hasPrefix("arrays in .npz: 24 images"))
  }
}
