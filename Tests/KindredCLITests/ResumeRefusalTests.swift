import Foundation
import KindredCLI
import TensorFiles
import Testing

/// What `kindred run --resume` does not go on with, and says so.
@Suite struct ResumeRefusalTests {
  let folder: ScoreFolder

  /// Of images that can be changed: twenty of 2×2 pixels.
  static let recipe = """
    {
      data: { set: "fashion-mnist" },
      teacher: { network: "mlp:4", training: { epochs: 1, batch: 10 } },
      student: { network: "mlp:4", training: { epochs: 100000, batch: 10 } },
      rows: [{ loss: "ce + kd" }],
    }
    """

  /// A run that Ctrl-C ended while it trained a student.
  init() throws {
    folder = try ScoreFolder()
    try Data(Self.recipe.utf8).write(to: URL(filePath: folder.path("recipe.json5")))
    for part in ["train", "t10k"] { try writeImages(part) }
    let (wasKilled, code, errors) = try BuiltProgram.run(arguments, untilLines: 2) { send in
      let start = ContinuousClock.now
      while !hasStudent, ContinuousClock.now - start < .seconds(60) { usleep(1000) }
      send(SIGINT)
    }
    try #require(!wasKilled && code == 130 && hasStudent, "\(errors)")
  }

  /// Whether the last state and the one before it need the teacher's weights.
  private var hasStudent: Bool {
    ["run", "run-previous"].allSatisfy { name in
      let path = folder.path("out/checkpoints/\(name).safetensors")
      let progress = (try? TensorFile.metadata(of: path))?["progress"]
      return progress?.contains(#""teachers":{"0":{"checksum"#) == true
    }
  }

  var arguments: [String] {
    ["run", folder.path("recipe.json5"), "--out", folder.path("out"), "--data", folder.path]
  }

  func writeImages(_ part: String, first: UInt8 = 0) throws {
    let pixels = [first] + (1..<80).map { UInt8($0 * 37 % 256) }
    try Data([0, 0, 8, 3, 0, 0, 0, 20, 0, 0, 0, 2, 0, 0, 0, 2] + pixels).write(
      to: URL(filePath: folder.path("\(part)-images-idx3-ubyte")))
    try Data([0, 0, 8, 1, 0, 0, 0, 20] + (0..<20).map { UInt8($0 % 10) }).write(
      to: URL(filePath: folder.path("\(part)-labels-idx1-ubyte")))
  }

  /// Runs the same command with `--resume`, and ends it if it is not refused.
  func resume(_ more: String...) throws -> (code: ExitCode?, errors: String) {
    let (_, code, errors) = try BuiltProgram.run(
      arguments + ["--resume"] + more, untilLines: 3
    ) { $0(SIGINT) }
    return (ExitCode(rawValue: code), errors.replacing(folder.path + "/", with: ""))
  }

  static let refusal = "kindred: the run cannot go on from 'out/checkpoints/run.safetensors': "

  @Test func anEditedRecipe() throws {
    let (code, errors) = try resume("--set", "rows.0.loss=ce")
    #expect(code == .badData)
    #expect(
      errors == Self.refusal
        + #"the recipe has changed: rows.0.loss was "ce + kd", now "ce""# + "\n")
  }

  @Test func imagesThatHaveChanged() throws {
    try writeImages("train", first: 1)
    let (code, errors) = try resume()
    #expect(code == .badData)
    #expect(errors.hasPrefix(Self.refusal + "the training images were "), "\(errors)")
  }

  @Test func aDamagedStateAndTheOneBeforeIt() throws {
    let last = folder.path("out/checkpoints/run.safetensors")
    let previous = folder.path("out/checkpoints/run-previous.safetensors")
    let good = try Data(contentsOf: URL(filePath: previous))
    for path in [last, previous] {
      try Data(try Data(contentsOf: URL(filePath: path)).dropLast(3)).write(
        to: URL(filePath: path))
    }
    let (code, errors) = try resume()
    #expect(code == .badData)
    #expect(errors.hasPrefix(Self.refusal + "it is damaged: "), "\(errors)")

    try good.write(to: URL(filePath: previous))
    let (wasKilled, interrupted, text) = try BuiltProgram.run(
      arguments + ["--resume"], untilLines: 3
    ) { $0(SIGINT) }
    #expect(!wasKilled && interrupted == 130)
    #expect(text.contains("it is damaged: "))
    #expect(text.contains("; going on from the one before it\ngoing on: teacher mlp:4"), "\(text)")
  }

  @Test func weightsThatAreNotThere() throws {
    let teacher = folder.path("out/checkpoints/teacher.safetensors")
    let content = try Data(contentsOf: URL(filePath: teacher))
    try FileManager.default.removeItem(atPath: teacher)
    let (code, errors) = try resume()
    #expect(code == .missingFile)
    #expect(errors == "kindred: 'out/checkpoints/teacher.safetensors' does not exist\n")

    var other = content
    other[content.count - 1] ^= 1
    try other.write(to: URL(filePath: teacher))
    let (damaged, text) = try resume()
    #expect(damaged == .badData)
    #expect(
      text == """
        kindred: the run cannot go on from 'out/checkpoints/teacher.safetensors': its weights are \
        not the ones that the run wrote

        """)
  }

  @Test func aFolderWithoutARun() throws {
    for name in ["run", "run-previous"] {
      try FileManager.default.removeItem(
        atPath: folder.path("out/checkpoints/\(name).safetensors"))
    }
    let (code, errors) = try resume()
    #expect(code == .missingFile)
    #expect(
      errors == """
        kindred: 'out' has no run that --resume could go on with; --force replaces what it has

        """)
  }

  @Test func aFolderThatCannotBe() throws {
    let (code, _, errors) = try BuiltProgram.run(
      arguments.map { $0 == folder.path("out") ? folder.path("recipe.json5/out") : $0 },
      in: folder)
    #expect(code == ExitCode.inputOutput.rawValue)
    #expect(errors.hasPrefix("kindred: cannot write to \(folder.path)/recipe.json5/out: "))
  }
}
