import Foundation
import KindredCLI
import TensorFiles
import Testing

/// What `kindred run` does with a folder that has a run in it, and with files that it cannot write.
extension RunTests {
  /// What another run left is gone even where the new one ends early; what is not a run's stays.
  @Test func forceLeavesNothingOfTheOldRun() throws {
    #expect(try run().code == .done)
    try Data("mine".utf8).write(to: URL(filePath: folder.path("out/checkpoints/notes.txt")))
    let (code, _, errors) = try run(
      Self.recipe, "--force", "--set", Self.divergingTeacher, "--set", "rows.0.loss=ce + kd",
      "--set", "teacher.load=\(folder.path("out/checkpoints/teacher.safetensors"))")
    #expect(code == .failed, "\(errors)")
    #expect(!FileManager.default.fileExists(atPath: folder.path("out/results.json")))
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.path("out/checkpoints")).sorted()
        == ["notes.txt", "run-previous.safetensors", "run.safetensors", "teacher.safetensors"])
    // What it could go on from is its own: both of them.
    for name in ["run", "run-previous"] {
      let metadata = try TensorFile.metadata(of: folder.path("out/checkpoints/\(name).safetensors"))
      #expect(metadata["recipe"]?.contains("1e+20") == true)
    }
    let metrics = try Data(contentsOf: URL(filePath: folder.path("out/metrics.jsonl")))
    #expect(metrics.isEmpty, "one teacher diverges, and the other is loaded")
  }

  /// Of the second row, whose first step is its last.
  static let divergingTeacher = """
    rows.1.teacher={network: 'mlp:6', load: null, training: {optimizer: {rate: 1e20}}}
    """

  /// No file is written over from which a teacher is loaded: nothing of the old run is touched.
  @Test(arguments: [
    ("out/checkpoints/teacher.safetensors", "mlp:8", "teacher mlp:8"),
    ("link/teacher.safetensors", "mlp:8", "teacher mlp:8"),
    ("out/checkpoints/1-ce-seed2.safetensors", "mlp:4", "ce, seed 2"),
  ])
  func aTeacherThatIsLoadedIsNotOverwritten(
    _ path: String, _ network: String, _ learner: String
  ) throws {
    #expect(try run().code == .done)
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("link"), withDestinationPath: folder.path("out/checkpoints"))
    let files = FileManager.default
    func content() throws -> [String: Data?] {
      let paths = try files.subpathsOfDirectory(atPath: folder.path("out"))
      return Dictionary(
        uniqueKeysWithValues: paths.map { ($0, files.contents(atPath: folder.path("out/" + $0))) })
    }
    let before = try content()
    let teacher = "rows.1.teacher={network: '\(network)', load: '\(folder.path(path))'}"
    let rows = ["--set", "rows.0.loss=ce + kd", "--set", teacher]
    let (code, output, errors) = try run(Self.recipe, more: rows + ["--force"])
    #expect(code == .inputOutput && output == "")
    #expect(
      errors == """
        kindred: the recipe loads a teacher from '\(path)', and this run would overwrite it with \
        the weights of \(learner): write to another folder, or load a copy

        """)
    #expect(try content() == before)
    let copy = folder.path("copy.safetensors")
    try files.copyItem(atPath: folder.path(path), toPath: copy)
    let copied = try run(
      Self.recipe, "--force", "--set", rows[1], "--set",
      "rows.1.teacher={network: '\(network)', load: '\(copy)'}")
    #expect(copied.code == .done, "\(copied.errors)")
  }

  /// What cannot be kept in the cache is said, and the run goes on.
  @Test func aCacheThatCannotBeWrittenIsNoEnd() throws {
    try FileManager.default.createDirectory(
      atPath: folder.path("out"), withIntermediateDirectories: false)
    try Data().write(to: URL(filePath: folder.path("out/cache")))
    let (code, _, errors) = try run(
      Self.recipe, "--force", "--set", "rows.1.loss=ce + kd", "--set", "seeds=[1]")
    #expect(code == .done)
    let notes = errors.split(separator: "\n").filter { $0.hasPrefix("note: ") }
    #expect(
      notes == [
        """
        note: the teacher's outputs are not kept: 'out/cache/teacher-1-32.safetensors' cannot be \
        written: in its folder, Not a directory
        """
      ])
  }

  /// A report that cannot be written withholds no number, and the run is done.
  @Test func aReportThatCannotBeWrittenIsNoEnd() throws {
    try Data(Self.recipe.utf8).write(to: URL(filePath: folder.path("recipe.json5")))
    let (recording, out) = (Recording(), folder.path("out"))
    let console = Console(
      output: TextStream { _ in },
      errors: TextStream { text in
        recording.console().note(text.replacing(/\n$/, with: ""))
        guard text.hasPrefix("[5/5]") else { return }
        // Where the file would be is a folder with something in it.
        try? FileManager.default.createDirectory(
          atPath: out + "/diagnostics.json/a", withIntermediateDirectories: true)
      },
      environment: [:])
    let words = ["run", folder.path("recipe.json5"), "--out", out]
    #expect(Program.kindred(registry: twoPapers)(words, console: console) == .done)
    let errors = recording.errors.replacing(folder.path + "/", with: "")
    #expect(
      errors.contains("note: the report is not written: 'out/diagnostics.json' "), "\(errors)")
    #expect(
      errors.contains("; the results are, and 'kindred report out' writes it again\n"), "\(errors)")
    let rows = try #require(try json("results.json")["rows"] as? [[String: Any]])
    #expect(rows.count == 2)
    let names = try FileManager.default.contentsOfDirectory(atPath: out + "/checkpoints")
    #expect(!names.contains { $0.hasPrefix("run") }, "there is nothing to go on with")
  }

  /// However small or large a term is, the run ends with results and a report.
  @Test(arguments: ["ce + 1e-305*logits", "ce + 1e-45*kd", "1e-320*ce + 1e-320*kd"])
  func extremeWeightsEndWithAReport(_ loss: String) throws {
    let (code, _, errors) = try run(
      Self.recipe, "--set", "rows.1.loss=\(loss)", "--set", "seeds=[1]")
    #expect(code == .done, "\(errors)")
    #expect(!errors.contains("note:"))
    for name in ["results.json", "diagnostics.json", "report.html"] {
      #expect(FileManager.default.fileExists(atPath: folder.path("out/" + name)))
    }
  }

  /// A run that did not end is replaced from its start, though its recipe is the same.
  @Test func forceDoesNotGoOn() throws {
    let changes = ["--set", Self.divergingTeacher, "--set", "rows.0.loss=ce + kd"]
    #expect(
      try run(Self.recipe, changes[0], changes[1], changes[2], changes[3]).code == .failed)
    let (code, _, errors) = try run(
      Self.recipe, changes[0], changes[1], changes[2], changes[3], "--force")
    #expect(code == .failed)
    #expect(!errors.contains("going on"))
    #expect(errors.contains("teacher mlp:8  accuracy"))
    #expect(errors.contains("kindred: 'teacher' with seed 0 diverged: "))
  }

  @Test func aRunIsReplacedOrGoesOn() throws {
    let (code, output, errors) = try run(Self.recipe, "--force", "--resume")
    #expect(code == .usage)
    #expect(output == "")
    #expect(
      errors.hasPrefix(
        """
        kindred: '--resume' continues a run and '--force' replaces it: give only one of them
        Usage: 
        """), "\(errors)")
    #expect(!wasWritten)
  }
}
