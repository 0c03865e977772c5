import Foundation
import Testing

/// Runs whose folders are looked at.
@Suite struct SituationRunTests {
  let folder: SituationFolder

  init() throws { folder = try SituationFolder("recipes") }

  private func run(_ arguments: String...) throws {
    let result = try folder.run(["run"] + arguments)
    try #require(result.code == 0, "\(result.errors)")
  }

  @Test(arguments: Situation.keysThatStandTwice + Situation.seeds)
  func keysAndSeeds(_ situation: Situation) throws { try situation.check() }

  @Test(arguments: Situation.numbersInRecipes + Situation.idx)
  func numbersAndImages(_ situation: Situation) throws { try situation.check() }

  /// The seed is the same in every file.
  @Test func aLargeSeedIsKept() throws {
    try run("large-seed.json5", "--out", "out")
    for file in ["recipe.json", "metrics.jsonl", "results.json"] {
      let text = try folder.text("out/\(file)")
      #expect(text.contains("9007199254740993"), "\(file)")
      #expect(!text.contains("9007199254740992"), "\(file)")
    }
    #expect(
      try folder.files("out/checkpoints") == [
        "1-ce-seed9007199254740993.safetensors", "2-kd-seed9007199254740993.safetensors",
        "teacher.safetensors",
      ])
  }

  @Test func aRefusedSeedLeavesNothing() throws {
    let result = try folder.run(
      ["run", "small.json5", "--set", "seeds=[18446744073709551616]", "--out", "out"])
    #expect(result.code == 65, "\(result.errors)")
    #expect(try !folder.files().contains("out"))
  }

  /// Five spellings of one rate train one student.
  @Test func spellingsOfARate() throws {
    let students = try ["1e-3", "1E-3", ".001", "+0.001", "1.e-3"].map { rate in
      try run(
        "small.json5", "--set", "student.training.optimizer.rate=\(rate)", "--out", rate)
      return try Data(
        contentsOf: URL(filePath: folder.path + "/\(rate)/checkpoints/1-ce-seed1.safetensors"))
    }
    for student in students { #expect(student == students[0]) }
  }

  /// One teacher for any students, and nothing rests on what is kept of it.
  @Test func theTeacherIsThatOfEveryRun() throws {
    let network = [
      "--set", "teacher.network=resnet8:2", "--set", "student.network=resnet8:1", "--out",
    ]
    for (name, changes) in [
      ("a", []), ("b", ["--set", "student.training.batch=16"]),
      ("c", ["--set", "rows=[{name: \"kd\", loss: \"kd\"}]"]),
    ] {
      let result = try folder.run(["run", "small.json5"] + changes + network + [name])
      try #require(result.code == 0, "\(result.errors)")
    }
    func bytes(_ name: String, _ file: String) throws -> Data {
      try Data(contentsOf: URL(filePath: folder.path + "/\(name)/checkpoints/\(file).safetensors"))
    }
    #expect(try bytes("a", "teacher") == bytes("b", "teacher"))
    #expect(try bytes("a", "teacher") == bytes("c", "teacher"))
    let before = try bytes("a", "2-kd-seed1")
    try? FileManager.default.removeItem(atPath: folder.path + "/a/cache")
    let again = try folder.run(["run", "small.json5"] + network + ["a", "--force"])
    try #require(again.code == 0, "\(again.errors)")
    #expect(try bytes("a", "2-kd-seed1") == before)
  }

  /// A student that diverges is told with term, epoch and step, and its run can be exported.
  @Test(arguments: ["1e12", "1e30"])
  func aStudentThatDiverges(rate: String) throws {
    let result = try folder.run(
      ["run", "small.json5", "--set", "student.training.optimizer.rate=\(rate)", "--out", "out"])
    #expect(result.code == 1)
    #expect(result.errors.contains("diverged"), "\(result.errors)")
    #expect(result.errors.contains("epoch 1, step "), "\(result.errors)")
    for file in ["results.json", "metrics.jsonl"] {
      let text = try folder.text("out/\(file)").lowercased()
      #expect(text.firstMatch(of: /: ?-?(nan|inf)/) == nil, "\(file)")
    }
    _ = try JSONSerialization.jsonObject(with: Data(folder.text("out/results.json").utf8))
    let export = try folder.run(["export", "tensorboard", "out"])
    #expect(export.code == 0, "\(export.errors)")
  }
}
