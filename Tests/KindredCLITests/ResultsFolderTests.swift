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
      let free = try ResultsFolder(nil, recipe: "quick.json5", replacing: false, in: results)
      #expect(free.path == results + "/" + name)
      try free.create(with: Recipe())
    }
    let name = UUID().uuidString
    #expect(
      try ResultsFolder(nil, recipe: name + ".json5", replacing: false).path == "results/" + name)
  }
}
