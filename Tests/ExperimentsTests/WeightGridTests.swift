import Foundation
import Kindred
import TestSupport
import Testing

@testable import Experiments

/// Weights that are tried beyond those of a row, while the best is at their end.
@Suite struct WeightGridTests {
  @Test func weightsBeyondStandEvenly() {
    let grid = WeightGrid([1, 0.1, 10], extend: 2)
    #expect(grid.below == [0.01, 0.001] && grid.above == [100, 1000])
    #expect(grid.all == [1, 0.1, 10, 0.01, 100, 0.001, 1000])
    #expect(WeightGrid([1, 3], extend: 1).above == [9])
    #expect(WeightGrid([1, 3], extend: 0).all == [1, 3])
    #expect(WeightGrid([], extend: 3).all == [])
    #expect(grid.before(1) == [] && grid.before(100) == grid.given)
    #expect(grid.before(0.001) == [1, 0.1, 10, 0.01, 100])
  }

  @Test func aWeightBeyondIsTriedIfTheBestIsAtItsEnd() {
    let grid = WeightGrid([0.1, 1, 10], extend: 2)
    #expect(grid.isNext(100, after: 10) && grid.isNext(1000, after: 100))
    #expect(grid.isNext(0.01, after: 0.1) && grid.isNext(1, after: nil))
    for best in [nil, 0.1, 1, 100] as [Double?] { #expect(!grid.isNext(100, after: best)) }
    #expect(!grid.isNext(1000, after: 10) && !grid.isNext(0.01, after: 10))
  }

  static let changes = ["validation.images=16", "student.training.images=40", "seeds=[1]"]

  func experiment(_ weights: String, _ changes: String...) throws -> Experiment {
    let row = #"rows=[{ name: "w", loss: "weight*ce", weights: \#(weights) }]"#
    return try Experiment(
      ExperimentTests.recipe(["ce"], Self.changes + [row] + changes), registry: .linked)
  }

  /// Of two weights the best is at an end, so at least one more is tried. What is tried has the numbers that it has
  /// in a recipe that names it.
  @Test(arguments: [1, 2, 4]) func triesUntilTheBestIsInside(_ extend: Int) throws {
    let experiment = try experiment("[0.01, 0.1]", "validation.extend=\(extend)")
    let choice = try #require(try experiment.run().rows[0].choice)
    let tried = choice.tried.map { $0.weight }
    #expect(tried == tried.sorted() && tried.count > 2 && tried.count <= 2 + extend)
    #expect(!choice.isAtTheEdge || tried.count == 2 + extend, "it stops inside, or at the limit")
    let named = try #require(try self.experiment("\(tried)").run().rows[0].choice)
    #expect(named.tried == choice.tried)
    let best = choice.tried.compactMap { $0.value }.max()
    #expect(choice.tried.first { $0.weight == choice.weight }?.value == best)
  }

  /// Whoever trains them, and whenever the run is interrupted.
  @Test func shardsMakeTheSameResults() throws {
    let tests = try SweepTests()
    let experiment = try tests.experiment(
      SweepTests.changes.dropLast() + [
        "validation.extend=2", "validation.seeds=[7,8]",
        #"rows=[{ name: "w", loss: "ce + weight*kd", weights: [0.1, 1] }, { loss: "ce" }]"#,
      ])
    let expected = try tests.whole(experiment)
    _ = try tests.sweep(experiment, "jobs", .init(jobs: 3)).run()
    #expect(try tests.files("jobs") == expected)
    for number in [2, 1] {
      _ = try tests.sweep(experiment, "shards", .init(shard: Shard(number, of: 2))).run()
    }
    try tests.merge("shards")
    #expect(try tests.files("shards") == expected)
  }

  @Test(arguments: [
    ("[1, 2]", "21", "validation.extend: expected 0 to 20, not 21"),
    (
      "[1]", "1",
      "rows[0].weights: one weight says not how far from it the next is, for 'validation.extend'"
    ),
  ])
  func whatCannotBeExtended(_ weights: String, _ extend: String, _ problem: String) throws {
    let error = #expect(throws: SettingError.self) {
      try experiment(weights, "validation.extend=\(extend)")
    }
    #expect(error?.description == problem)
  }
}
