import Foundation
import TestSupport
import Testing

@testable import Experiments

/// The folders that runs write to.
@Suite struct ResultsFolderTests {
  let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  /// If no folder is asked for, each run has one of its own.
  @Test func everyRunHasAFolder() throws {
    let results = folder.path("results")
    for name in ["quick", "quick-2", "quick-3"] {
      let free = ResultsFolder(for: "quick.json5", in: results)
      #expect(free.path == results + "/" + name)
      try FileManager.default.createDirectory(
        atPath: free.path, withIntermediateDirectories: true)
      let last = ResultsFolder(for: "quick.json5", ifThere: .resume, in: results)
      #expect(last.path == free.path, "what goes on is the last run")
    }
    let name = UUID().uuidString
    #expect(
      ResultsFolder(for: name + ".json5").path == "results/" + name)
  }

  /// Results stay in the folder of results, whatever the name of the recipe's file.
  @Test(arguments: [
    ("...json5", "recipe"), ("..", "recipe"), (".", "recipe"), ("..json5", "recipe"),
    ("....json5", "recipe"), ("a..json5", "a."), ("..a.json5", "..a"), ("a/../b.json5", "a-..-b"),
    ("quick.json5", "quick"), ("quick", "quick"),
  ])
  func namesLeadNowhereElse(_ recipe: String, _ name: String) throws {
    let results = folder.path("results")
    var free = ResultsFolder(for: recipe, in: results)
    #expect(free.path == results + "/" + name)
    try free.claim()
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: results) == [name], "nothing beside it")
    #expect(ResultsFolder(for: recipe, in: results).path == "\(results)/\(name)-2")
  }

  /// Runs that begin at the same time see the same free folder, and still get folders of their own.
  @Test func runsAtOnceHaveFoldersOfTheirOwn() throws {
    let results = folder.path("results")
    var folders = (0..<4).map { _ in
      ResultsFolder(for: "r.json5", in: results)
    }
    #expect(Set(folders.map { $0.path }) == [results + "/r"])
    for index in folders.indices { try folders[index].claim() }
    #expect(folders.map { $0.path } == ["r", "r-2", "r-3", "r-4"].map { "\(results)/\($0)" })
    // A folder that was asked for, or whose run goes on, is not exchanged for another.
    var asked = try ResultsFolder(folder.path("out"))
    try asked.claim()
    var last = ResultsFolder(for: "r.json5", ifThere: .resume, in: results)
    try last.claim()
    #expect(asked.path == folder.path("out") && last.path == results + "/r-4")
  }

  @Test(arguments: [
    (["ce", "kd"], "2-kd-seed1"),
    (["ce + 2*kd", "ce - 2*kd"], "2-ce-2-kd-seed1"),
    (["a", "***"], "2-seed1"),
    (["a", "über 7"], "2-über-7-seed1"),
    // At most forty bytes of the name are kept, and no part of a letter is cut off.
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
      Learner.student(row: $0, seed: 1).fileName(in: recipe)
    }
    #expect(files.last == last)
    #expect(Set(files).count == names.count)
    #expect(Learner.teacher(0).fileName(in: recipe) == "teacher")
  }
}
