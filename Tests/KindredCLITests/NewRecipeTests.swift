import Foundation
import Kindred
import KindredCLI
import TensorFiles
import Tensors
import Testing

@Suite struct NewRecipeTests {
  let folder: ScoreFolder

  init() throws { folder = try ScoreFolder() }

  private func kindred(_ words: String...) -> (code: ExitCode, output: String, errors: String) {
    kindred(words)
  }

  private func kindred(_ words: [String]) -> (code: ExitCode, output: String, errors: String) {
    let recording = Recording()
    let code = Program.kindred(registry: .linked)(words, console: recording.console())
    return (
      code, recording.output.replacing(folder.path, with: "HERE"),
      recording.errors.replacing(folder.path, with: "HERE")
    )
  }

  /// Writes `train.npz` and `test.npz` into a folder of this folder.
  private func write(
    _ name: String, _ array: String, _ shape: [Int], in inner: String, count: Int = 40
  ) throws {
    let place = folder.path(inner)
    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
    for (name, count) in [("train.npz", count), ("test.npz", 20)] {
      var random = Random(seed: UInt64(count), "new recipe")
      let examples = Tensor(shape: [count] + shape) { scalars in
        for index in scalars.indices { scalars[index] = random.uniform(in: 0..<1) }
      }
      let labels = Tensor(shape: [count]) { scalars in
        for index in scalars.indices { scalars[index] = Float(index % 3) }
      }
      try TensorFile.write([array: examples, "labels": labels], to: "\(place)/\(name)")
    }
  }

  /// The recipe that is written for a folder.
  private func recipe(
    of inner: String, _ more: String..., sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> String {
    let (code, output, errors) = kindred(
      ["new", "recipe", folder.path(inner), "--out", folder.path("recipe.json5")] + more)
    #expect(code == .done, "\(errors)", sourceLocation: sourceLocation)
    #expect(
      output.hasSuffix(
        """
        wrote HERE/recipe.json5

        Next:
          kindred plan HERE/recipe.json5
          kindred run HERE/recipe.json5

        """), sourceLocation: sourceLocation)
    return try String(contentsOfFile: folder.path("recipe.json5"), encoding: .utf8)
  }

  /// What it writes is a recipe, which runs.
  @Test func arrays() throws {
    try write("arrays", "images", [3, 8, 8], in: "my \"data\"")
    let text = try recipe(of: "my \"data\"")
    #expect(text.contains(#"name: "my \"data\"","#))
    #expect(
      text.contains(
        """
          // arrays in .npz: 40 images of 3×8×8 to train, 20 to test, 3 classes.
          data: { directory: "my \\"data\\"" },

        """))
    let (code, _, errors) = kindred(
      "run", folder.path("recipe.json5"), "--out", folder.path("out"), "--set", "seeds=[1]",
      "--set", "teacher.training.epochs=1", "--set", "student.training.epochs=1")
    #expect(code == .done, "\(errors)")
    #expect(errors.contains("my \"data\": 40 images, 20 to test, 3 classes"))
  }

  @Test func channelsThatComeLast() throws {
    try write("arrays", "images", [8, 9, 3], in: "data")
    let text = try recipe(of: "data")
    #expect(
      text.contains(
        """
          // arrays in .npz: 40 images of 3×8×9 to train, 20 to test, 3 classes.
          // The channels of the images come last.
          data: { directory: "data", layout: "NHWC" },

        """))
  }

  /// Features have no augmentation, and perceptrons read them.
  @Test func features() throws {
    try write("arrays", "features", [5], in: "data")
    let text = try recipe(of: "data")
    #expect(text.contains("40 examples of 5 features to train"))
    #expect(text.contains(#"network: "mlp:256""#) && text.contains(#"network: "mlp:32""#))
    #expect(!text.contains("flip"))
    let (code, _, errors) = kindred("plan", folder.path("recipe.json5"))
    #expect(code == .done, "\(errors)")
  }

  /// A batch has no more examples than there are.
  @Test func fewExamples() throws {
    try write("arrays", "features", [5], in: "data", count: 9)
    #expect(try recipe(of: "data").contains("batch: 9"))
    let (code, _, errors) = kindred("plan", folder.path("recipe.json5"))
    #expect(code == .done, "\(errors)")
  }

  /// Losses read what the file has.
  @Test func aTeacherInAFile() throws {
    try write("arrays", "features", [5], in: "data")
    try folder.write(["logits": Tensor(repeating: 1, shape: [40, 3])], "teacher.npz")
    var text = try recipe(of: "data", "--teacher", folder.path("teacher.npz"))
    #expect(text.contains("// The file has 'logits', a row"))
    #expect(text.contains(#"teacher: { outputs: "teacher.npz" },"#))
    #expect(text.contains(#"name: "kd""#) && !text.contains("rkd"))
    let (code, _, errors) = kindred("plan", folder.path("recipe.json5"))
    #expect(code == .done, "\(errors)")

    try FileManager.default.removeItem(atPath: folder.path("recipe.json5"))
    // What is no output with a row for each example is passed over.
    try folder.write(
      [
        "hidden.1": Tensor(repeating: 1, shape: [40, 7]), "a": Tensor(repeating: 1, shape: [3, 7]),
      ],
      "teacher.npz")
    text = try recipe(of: "data", "--teacher", folder.path("teacher.npz"))
    #expect(text.contains(#"ce + rkd(teacherLayer: \"hidden.1\")"#))
    #expect(!text.contains("kd(temperature"))
    #expect(kindred("plan", folder.path("recipe.json5")).code == .done)

    try FileManager.default.removeItem(atPath: folder.path("recipe.json5"))
    try folder.write(["logits": Tensor(repeating: 1, shape: [40, 5])], "teacher.npz")
    let others = kindred(
      "new", "recipe", folder.path("data"), "--out", folder.path("recipe.json5"), "--teacher",
      folder.path("teacher.npz"))
    #expect(others.code == .badData)
    #expect(others.errors.contains("shape [5] for an example, and the data has 3 classes"))
    try folder.write(["logits": Tensor(repeating: 1, shape: [39, 3])], "teacher.npz")
    let wrong = kindred(
      "new", "recipe", folder.path("data"), "--out", folder.path("recipe.json5"), "--teacher",
      folder.path("teacher.npz"))
    #expect(wrong.code == .badData)
    #expect(wrong.errors.contains("39 rows, and the data has 40 training examples"))
    #expect(try !folder.files.contains("recipe.json5"))
  }

  /// Where a recipe is, it stays.
  @Test func isRefused() throws {
    try write("arrays", "images", [8, 8], in: "data")
    try Data("mine".utf8).write(to: URL(filePath: folder.path("recipe.json5")))
    var (code, _, errors) = kindred(
      "new", "recipe", folder.path("data"), "--out", folder.path("recipe.json5"))
    #expect(code != .done)
    #expect(errors.contains("'HERE/recipe.json5' exists"))
    #expect(try String(contentsOfFile: folder.path("recipe.json5"), encoding: .utf8) == "mine")

    (code, _, errors) = kindred("new", "recipe", folder.path, "--out", folder.path("new.json5"))
    #expect(code == .missingFile)
    #expect(errors.contains("a kind of data that is known was not found in 'HERE'"))
    #expect(try !folder.files.contains("new.json5"))

    (code, _, errors) = kindred("new", "recipe", folder.path("data"), "--out", "recipe.txt")
    #expect(code == .usage)
  }
}
