import Foundation
import Testing
import Training

@testable import KindredCLI

/// Where a run writes.
@Suite struct ResultsFolderTests {
  let folder: ScoreFolder

  init() throws { folder = try ScoreFolder() }

  /// Nobody asked for a folder: each run has one of its own.
  @Test func everyRunHasAFolder() throws {
    let results = folder.path("results")
    for name in ["quick", "quick-2", "quick-3"] {
      let free = try ResultsFolder(nil, recipe: "quick.json5", in: results)
      #expect(free.path == results + "/" + name)
      try FileManager.default.createDirectory(
        atPath: free.path, withIntermediateDirectories: true)
      let last = try ResultsFolder(
        nil, recipe: "quick.json5", .resuming, in: results)
      #expect(last.path == free.path, "what goes on is the last run")
    }
    let name = UUID().uuidString
    #expect(
      try ResultsFolder(nil, recipe: name + ".json5").path == "results/" + name)
  }

  @Test(arguments: [
    (["ce", "kd"], "2-kd-seed1"),
    (["ce + 2*kd", "ce - 2*kd"], "2-ce-2-kd-seed1"),
    (["a", "***"], "2-seed1"),
    (["a", "über 7"], "2-über-7-seed1"),
    // Forty bytes of the name, and no half of a letter.
    (["a", String(repeating: "a", count: 300)], "2-\(String(repeating: "a", count: 40))-seed1"),
    (
      ["a", "a" + String(repeating: "é", count: 300)],
      "2-a\(String(repeating: "é", count: 19))-seed1"
    ),
  ])
  func everyRowHasACheckpoint(_ names: [String], _ last: String) {
    var recipe = Recipe()
    recipe.rows = names.map { name in
      var row = Recipe.Row()
      row.name = name
      return row
    }
    let files = names.map {
      ResultsFolder.checkpoint(of: .student(row: $0, seed: 1), in: recipe)
    }
    #expect(files.last == last + ".safetensors")
    #expect(Set(files).count == names.count)
    #expect(ResultsFolder.checkpoint(of: .teacher(0), in: recipe) == "teacher.safetensors")
  }
}
