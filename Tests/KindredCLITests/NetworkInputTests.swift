import Experiments
import Foundation
import Kindred
import KindredCLI
import TensorFiles
import Tensors
import Testing
import Training

/// Networks that read the data in a size, or normalised, of their own.
@Suite struct NetworkInputTests {
  let folder: ScoreFolder

  init() throws { folder = try ScoreFolder() }

  private func kindred(_ words: String...) -> (code: ExitCode, output: String, errors: String) {
    kindred(words)
  }

  private func kindred(_ words: [String]) -> (code: ExitCode, output: String, errors: String) {
    let recording = Recording()
    let code = Program.kindred(registry: .linked)(words, console: recording.console())
    return (code, recording.output, recording.errors.replacing(folder.path + "/", with: ""))
  }

  /// Writes 24 images to train on and 12 to test on: of 4×4 pixels, each of them repeated in a square.
  private func writeImages(_ name: String, repeating times: Int) throws {
    for (part, count) in [("train", 24), ("test", 12)] {
      var random = Random(seed: UInt64(count), "input")
      let side = 4 * times
      let small = (0..<count * 3 * 16).map { _ in Float(random.integer(below: 256)) / 255 }
      let images = (0..<count * 3).flatMap { plane in
        (0..<side * side).map { pixel in
          small[16 * plane + pixel / side / times * 4 + pixel % side / times]
        }
      }
      try folder.write(
        [
          "images": Tensor(images, shape: [count, 3, side, side]),
          "labels": Tensor((0..<count).map { Float($0 % 3) }, shape: [count]),
        ], "\(name)-\(part).npz")
    }
  }

  /// Runs a recipe on such images.
  private func run(
    _ name: String, data: String = "", teacher: String = "", loaded: String? = nil, student: String,
    to out: String, _ more: String...
  ) throws -> (code: ExitCode, output: String, errors: String) {
    let text = """
      {
        data: { train: "\(name)-train.npz", test: "\(name)-test.npz" \(data) },
        teacher: { \(loaded ?? "network: \"resnet8:2\", training: { epochs: 1, batch: 8 } \(teacher)") },
        student: { network: "mlp:4", training: { epochs: 2, batch: 8 } \(student) },
        rows: [{ name: "kd", loss: "ce + kd" }],
      }
      """
    let path = folder.path("\(out).json5")
    try Data(text.utf8).write(to: URL(filePath: path))
    return kindred(["run", path, "--out", folder.path(out)] + more)
  }

  /// The checkpoint of the run's student.
  private func student(of out: String) throws -> TrainedModel {
    try Checkpoint.read(folder.path("\(out)/checkpoints/1-kd-seed1.safetensors"))
  }

  /// The mean of equal pixels is each of them, so a network that reads 4×4 of the large images, whose teacher
  /// does too, learns to the bit what it learns from the small ones.
  @Test func aSizeOfItsOwn() throws {
    try writeImages("small", repeating: 1)
    try writeImages("large", repeating: 3)
    #expect(try run("small", student: "", to: "small").code == .done)
    let (code, _, errors) = try run(
      "large", teacher: ", size: 4", student: ", size: 4", to: "large")
    #expect(code == .done, "\(errors)")
    let (small, large) = (try student(of: "small"), try student(of: "large"))
    #expect(small.input == large.input)
    #expect(large.input.shape == ImageShape(channels: 3, height: 4, width: 4))
    for (name, tensor) in small.model.weights.tensors {
      #expect(large.model.weights.tensors[name]?.scalars == tensor.scalars, "\(name)")
    }
    let plan = kindred("plan", folder.path("large.json5")).output
    #expect(plan.contains("teacher resnet8:2 at 4×4") && plan.contains("student mlp:4 at 4×4"))
  }

  /// A network that normalises as the data would be normalised learns the same, but for rounding.
  /// Other images are brought to the student's size as those of its recipe are.
  @Test func evaluateBringsImagesToIt() throws {
    try writeImages("small", repeating: 1)
    try writeImages("large", repeating: 3)
    #expect(try run("small", student: "", to: "small").code == .done)
    func measured(_ name: String) -> (code: ExitCode, output: String, errors: String) {
      kindred("evaluate", folder.path("small"), "--data", folder.path("\(name)-test.npz"))
    }
    let (small, large) = (measured("small"), measured("large"))
    #expect((small.code, large.code) == (.done, .done), "\(large.errors)")
    #expect(small.output.hasPrefix("arrays in .npz: 12 examples\n"))
    #expect(
      large.output.replacing(", brought to 4×4 pixels", with: "") == small.output
        && large.output != small.output)
  }

  /// A checkpoint that says it reads more than there is.
  @Test(arguments: ["3 4611686018427387904 4", "3 4294967296 4294967296", "3 4096 4096"])
  func anAstronomicInputIsRefused(shape: String) throws {
    try writeImages("small", repeating: 1)
    #expect(try run("small", student: "", to: "small").code == .done)
    let path = folder.path("small/checkpoints/1-kd-seed1.safetensors")
    var metadata = try TensorFile.metadata(of: path)
    metadata["shape"] = shape
    try TensorFile.write(
      TensorFile.read(path), to: path, metadata: metadata, overwriting: true)
    let (code, _, errors) = kindred(
      "evaluate", folder.path("small"), "--data", folder.path("small-test.npz"))
    #expect(code == .badData, "\(errors)")
    #expect(
      errors.contains(
        shape == "3 4096 4096" ? "it has fewer numbers than mlp:4" : "it does not say what"))
  }

  @Test func aNormalizationOfItsOwn() throws {
    try writeImages("small", repeating: 1)
    let own = "normalization: { means: [0.4, 0.5, 0.6], standardDeviations: [0.2, 0.3, 0.4] }"
    #expect(try run("small", data: ", \(own)", student: "", to: "data").code == .done)
    let (code, _, errors) = try run(
      "small", teacher: ", \(own)", student: ", \(own)", to: "networks")
    #expect(code == .done, "\(errors)")
    let (data, networks) = (try student(of: "data"), try student(of: "networks"))
    #expect(data.input == networks.input)
    #expect(data.input.normalization.means == [0.4, 0.5, 0.6])
    for (name, tensor) in data.model.weights.tensors {
      let other = try #require(networks.model.weights.tensors[name])
      let isNear = zip(tensor.scalars, other.scalars).allSatisfy { abs($0 - $1) < 1e-4 }
      #expect(isNear, "\(name)")
    }
    // Without it, the student is another.
    #expect(try run("small", student: "", to: "plain").code == .done)
    #expect(try student(of: "plain").input != data.input)
  }

  /// A teacher that was trained on small images is not given large ones, and reads them in its own size.
  @Test func aLoadedTeacherReadsItsOwnSize() throws {
    try writeImages("small", repeating: 1)
    try writeImages("large", repeating: 3)
    #expect(try run("small", student: "", to: "small").code == .done)
    let load = folder.path("small/checkpoints/teacher.safetensors")
    func teacher(_ more: String) -> String { #"network: "resnet8:2", load: "\#(load)" \#(more)"# }
    let (code, _, errors) = try run("large", loaded: teacher(""), student: "", to: "large")
    #expect(code == .badData)
    #expect(
      errors.contains(
        "it was trained on images of 3×4×4, and here it would read images of 3×12×12: size: 4 brings"
      ),
      "\(errors)")
    #expect(
      try run("large", loaded: teacher(", size: 4"), student: ", size: 4", to: "large").code
        == .done)
    #expect(
      try student(of: "large").model.weights.tensors["logits.weight"]?.scalars
        == student(of: "small").model.weights.tensors["logits.weight"]?.scalars)
    // What was kept of the teacher's outputs is of another normalisation, and is computed again.
    let own = ", normalization: { means: [0, 0, 0], standardDeviations: [1, 1, 1] }"
    let before = try student(of: "large").model.weights.tensors["logits.weight"]?.scalars
    #expect(
      try run(
        "large", loaded: teacher(", size: 4" + own), student: ", size: 4", to: "large", "--force"
      ).code == .done)
    #expect(try student(of: "large").model.weights.tensors["logits.weight"]?.scalars != before)
  }

  /// A row's teacher has the data's size again, also after it is written and read.
  @Test func aRowTakesASettingBack() throws {
    let text = """
      { teacher: { network: "mlp:2", size: 4 },
        rows: [{ name: "own", loss: "kd", teacher: { size: null } }, { loss: "kd" }] }
      """
    let recipe = try Recipe.read(Data(text.utf8))
    let again = try Recipe.read(try JSONEncoder().encode(recipe))
    for recipe in [recipe, again] {
      #expect(recipe.rows[0].teacher?.all[0].size == nil)
      #expect(recipe.teacher?.all[0].size == 4)
    }
    #expect(again.rows[0].teacher == recipe.rows[0].teacher)
  }

  @Test(arguments: [
    (", size: 0", "student.size: expected 1 to 4096, not 0"),
    (
      ", normalization: { means: [0], standardDeviations: [1, 1, 1] }",
      "student.normalization.means: expected a number for each of 3 channels, not 1"
    ),
    (
      ", normalization: { means: [0, 0, 0], standardDeviations: [1, 0, 1] }",
      "student.normalization.standardDeviations: expected numbers above 0, not 0.0"
    ),
  ]) func isRefused(setting: String, problem: String) throws {
    try writeImages("small", repeating: 1)
    let (code, _, errors) = try run("small", student: setting, to: "out")
    #expect(code == .badData)
    #expect(errors.contains(problem), "\(errors)")
    #expect(try !folder.files.contains("out"))
  }
}
