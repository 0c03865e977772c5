import Foundation
import Testing

@testable import Experiments

@Suite struct ComparisonTests {
  @Test(arguments: [
    (0.1, 0.2, Outcome.holds), (-0.2, -0.1, .doesNotHold), (-0.1, 0.1, .notResolved),
    (0, 0.1, .notResolved), (-0.1, 0, .notResolved),
  ])
  func outcomes(lower: Double, upper: Double, outcome: Outcome) {
    #expect(Outcome(of: (lower, upper)) == outcome)
    #expect(Outcome(of: nil) == .notResolved)
  }

  @Test(arguments: [
    ([Outcome.holds, .holds], Outcome.holds), ([.holds, .equivalent], .equivalent),
    ([.equivalent, .notResolved, .holds], .notResolved),
    ([.equivalent, .notResolved, .doesNotHold], .doesNotHold),
  ])
  func theWeakestDecides(_ outcomes: [Outcome], _ outcome: Outcome) {
    #expect(Outcome(ofAll: outcomes) == outcome)
  }

  static func recipe(_ comparisons: String) throws -> Recipe {
    try Recipe.read(
      Data(
        """
        {
          rows: [{name: "ce", loss: "ce"}, {loss: "kd"}, {loss: "rkd"}], seeds: [1, 2],
          evaluation: {recall: [1]}, comparisons: \(comparisons),
        }
        """.utf8))
  }

  @Test func differencesArePairedSeedBySeed() throws {
    let recipe = try Self.recipe(
      "[{row: 'kd'}, {row: 'kd', over: 'rkd'}, {row: 'kd', metric: 'recall@1'}]")
    var results = Results(recipe: recipe)
    let values = [[0.5, 0.7], [0.6, 0.9], [0.4, 0.4]]
    results.rows = zip(recipe.rows, values).map { row, values in
      Results.Row(
        name: row.name, formula: "", network: "", parameters: 0,
        metrics: ["accuracy": Results.Metric(values)])
    }
    let first = try #require(results.difference(of: recipe.comparisons[0]))
    #expect(abs(first.mean - 0.15) < 1e-12 && first.count == 2)
    let second = try #require(results.difference(of: recipe.comparisons[1]))
    #expect(abs(second.mean - 0.35) < 1e-12)
    #expect(results.difference(of: recipe.comparisons[2]) == nil)
  }

  @Test(arguments: [
    (
      "[{row: 'kdd'}]",
      "comparisons[0].row: no 'kdd' (did you mean 'kd'?); choose from 'ce', 'kd', 'rkd'"
    ),
    (
      "[{row: 'kd', over: 'x'}]", "comparisons[0].over: no 'x'; choose from 'ce', 'kd', 'rkd'"
    ),
    ("[{row: 'ce'}]", "comparisons[0]: 'ce' is compared with itself"),
    (
      "[{row: 'kd'}, {row: 'kd', metric: 'recall@2'}]",
      "comparisons[1].metric: no 'recall@2' (did you mean 'recall@1'?); choose from 'accuracy', 'recall@1'"
    ),
    (
      "[{row: 'kd', equivalence: 0.01}]",
      "comparisons[0].equivalence: it is about primary comparisons: give 'primary: true' to one"
    ),
    (
      "[{row: 'kd', primary: true}, {row: 'rkd', primary: true, deviation: 1.05}]",
      "comparisons[1].deviation: expected more than 0 and at most 1, where 0.01 is a percentage point, not 1.05"
    ),
    (
      "[{row: 'kd'}], design: {deviation: 0.01}",
      "design.deviation: it is about primary comparisons: give 'primary: true' to one"
    ),
    (
      "[{row: 'kd', primary: true}], design: {equivalence: 0}",
      "design.equivalence: expected more than 0 and at most 1, where 0.01 is a percentage point, not 0"
    ),
    (
      "[{row: 'kd', primary: true}], design: {power: 1}",
      "design.power: expected 0.5 to 0.999, not 1"
    ),
  ])
  func whatThereIsNotIsNamed(comparisons: String, message: String) {
    #expect {
      try Self.recipe(comparisons)
    } throws: { error in
      "\(error)" == message
    }
  }

  /// A comparison's own numbers take the place of the design's.
  @Test func aComparisonMayHaveADesignOfItsOwn() throws {
    let recipe = try Self.recipe(
      """
      [{row: 'kd', primary: true}, {row: 'rkd', primary: true, equivalence: 0.02, deviation: 0.03},
       {row: 'kd', over: 'rkd'}], design: {equivalence: 0.01, deviation: 0.015}
      """)
    #expect(recipe.comparisons.map { recipe.equivalence(of: $0) } == [0.01, 0.02, nil])
    #expect(recipe.comparisons.map { recipe.pilotDeviation(of: $0) } == [0.015, 0.03, nil])
    #expect(recipe.primaryComparisons.map { $0.row } == ["kd", "rkd"])
    #expect(recipe.firstLevel == 0.025 && recipe.design.power == 0.8)
  }

  /// Results that were written before a key was added have its default.
  @Test func earlierResultsAreRead() throws {
    let results = Results(recipe: try Self.recipe("[{row: 'kd'}]"))
    #expect(try Results.read(results.json).recipe.comparisons.first?.row == "kd")
    var object = try #require(
      try JSONSerialization.jsonObject(with: results.json) as? [String: Any])
    var recipe = try #require(object["recipe"] as? [String: Any])
    (recipe["comparisons"], recipe["design"], object["analysis"]) = (nil, nil, nil)
    object["recipe"] = recipe
    let earlier = try Results.read(JSONSerialization.data(withJSONObject: object))
    #expect(earlier.recipe.comparisons.isEmpty && earlier.recipe.rows.count == 3)

    object["schema"] = "kindred-results/9"
    let foreign = try JSONSerialization.data(withJSONObject: object)
    #expect {
      try Results.read(foreign)
    } throws: { error in
      "\(error)" == "its schema is 'kindred-results/9', and not 'kindred-results/1'"
    }
  }
}
