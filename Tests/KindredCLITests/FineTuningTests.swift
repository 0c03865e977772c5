import Foundation
import Kindred
import KindredCLI
import TensorFiles
import Testing
import Training

/// Students that start from weights in a file, on the command line.
@Suite struct FineTuningTests {
  let folder: ScoreFolder

  init() throws { folder = try ScoreFolder() }

  private func kindred(_ words: String...) -> (code: ExitCode, output: String, errors: String) {
    let recording = Recording()
    let code = Program.kindred(registry: .linked)(words, console: recording.console())
    return (code, recording.output, recording.errors.replacing(folder.path + "/", with: ""))
  }

  /// Writes a recipe whose student has these settings, and returns its path.
  private func recipe(_ student: String, network: String = "resnet8:1") throws -> String {
    let path = folder.path("recipe.json5")
    let text = """
      {
        data: { set: "glyphs", train: 32, test: 16 },
        student: { network: "\(network)", training: { epochs: 1, batch: 16 }, \(student) },
        rows: [
          { name: "a", loss: "ce" }, { name: "b", loss: "ce", student: { load: null } },
          { name: "c", loss: "ce" },
        ],
      }
      """
    try Data(text.utf8).write(to: URL(filePath: path))
    return path
  }

  private func exists(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: folder.path(name))
  }

  /// A run whose student the next one starts from.
  private func makeStart() throws {
    let (code, _, errors) = kindred(
      "run", try recipe(""), "--out", folder.path("source"), "--set", "rows=[{loss:'ce'}]")
    try #require(code == .done, "\(errors)")
  }

  static let load = #"load: "source/checkpoints/1-ce-seed1.safetensors", except: ["logits"]"#
  static let sentence =
    "Starts from the weights in ‘source/checkpoints/1-ce-seed1.safetensors’; ‘logits’ fresh, by the seed."

  /// The plan, the report, the tables for documents and the card of an export say where students start.
  @Test func everythingSaysWhereAStudentStarts() throws {
    try makeStart()
    let path = try recipe(Self.load)
    let (code, plan, errors) = kindred("plan", path)
    #expect(code == .done, "\(errors)")
    #expect(plan.contains("\n\na, c: \(Self.sentence)\n\n"))
    let out = folder.path("out")
    #expect(kindred("run", path, "--out", out).code == .done)
    let report = try String(contentsOfFile: out + "/report.html", encoding: .utf8)
    #expect(report.contains(Self.sentence))
    let tables = kindred("report", out, "--format", "markdown").output
    #expect(tables.contains("\n\n- a, c: \(Self.sentence)\n\n"))

    // What PyTorch is given can be started from, and gives the same student.
    #expect(
      kindred(
        "export", "torch", folder.path("source"), "--row", "ce", "--out", folder.path("torch")
      ).code == .done)
    let torch = try recipe(#"load: "torch/student.safetensors", except: ["logits"]"#)
    #expect(kindred("run", torch, "--out", folder.path("out-torch")).code == .done)
    let students = try ["out", "out-torch"].map {
      try folder.read("\($0)/checkpoints/1-a-seed1.safetensors").mapValues { $0.scalars }
    }
    #expect(students[0] == students[1])
    #expect(
      kindred("export", "torch", out, "--row", "a", "--out", folder.path("again")).code == .done)
    let card = try String(contentsOfFile: folder.path("again/README.md"), encoding: .utf8)
    #expect(card.contains("| start | \(Self.sentence) |"))
  }

  @Test func aFileThatDoesNotFitEndsBeforeTheRun() throws {
    let out = folder.path("out")
    var (code, _, errors) = kindred("run", try recipe(#"load: "none.safetensors""#), "--out", out)
    #expect(code == .missingFile && errors == "kindred: 'none.safetensors' does not exist\n")
    try makeStart()
    (code, _, errors) = kindred("run", try recipe(Self.load, network: "mlp:4"), "--out", out)
    #expect(code == .badData)
    #expect(
      errors == """
        kindred: recipe.json5: student.load: the checkpoint source/checkpoints/1-ce-seed1.safetensors: \
        it is a resnet8:1, and the recipe asks for mlp:4: it has no 'hidden1.bias'; with except: \
        ["hidden1"] it starts fresh

        """)
    try Data("nothing".utf8).write(to: URL(filePath: folder.path("bad.safetensors")))
    (code, _, errors) = kindred("run", try recipe(#"load: "bad.safetensors""#), "--out", out)
    #expect(code == .badData && errors.contains("bad.safetensors"))
    #expect(!exists("out"))
  }

  /// The file is not written over, and a run that ended goes on only with the same file.
  @Test func theFileStaysWhatItWas() throws {
    try makeStart()
    let start = folder.path("source/checkpoints/1-ce-seed1.safetensors")
    let before = try Data(contentsOf: URL(filePath: start))
    let path = try recipe(Self.load)
    let own = ["--set", "rows=[{loss:'ce'}]"]
    let (code, _, errors) = kindred(
      "run", path, "--out", folder.path("source"), "--force", own[0], own[1])
    #expect(code == .inputOutput)
    #expect(
      errors == """
        kindred: a student starts from 'source/checkpoints/1-ce-seed1.safetensors', and this run would \
        overwrite it with the weights of ce, seed 1: write to another folder, or load a copy

        """)
    // Under another name the run's own file is kept as well.
    let kept = kindred(
      "run", path, "--out", folder.path("source"), "--force", "--set", "rows=[{name:'x',loss:'ce'}]"
    )
    #expect(kept.code == .done, "\(kept.errors)")
    #expect(try Data(contentsOf: URL(filePath: start)) == before)

    #expect(kindred("run", path, "--out", folder.path("out")).code == .done)
    #expect(kindred("run", path, "--out", folder.path("out"), "--resume").code == .done)
    var tensors = try TensorFile.read(start)
    tensors["stem.weight"] = tensors["stem.weight"].map { ($0 * 2).detached }
    try TensorFile.write(tensors, to: start, overwriting: true)
    let refused = kindred("run", path, "--out", folder.path("out"), "--resume")
    #expect(refused.code == .badData)
    #expect(
      refused.errors.hasPrefix(
        "kindred: the run cannot go on from 'out/results.json': the file that 'a' starts from was ")
    )
  }
}
