import Foundation
import Testing

@testable import Experiments

/// The analysis of comparisons: p-values, their adjustment, outcomes, and how results.json holds them.
@Suite struct AnalysisTests {
  /// Results with the numbers of each row, one for each seed.
  static func results(
    _ comparisons: String, seeds: Int = 4, _ values: [String: [Double]]
  ) throws -> Results {
    var recipe = try ComparisonTests.recipe(comparisons)
    recipe.seeds = (1...UInt64(seeds)).map { $0 }
    var results = Results(recipe: recipe)
    results.rows = recipe.rows.map { row in
      Results.Row(
        name: row.name, formula: "", network: "", parameters: 0,
        metrics: values[row.name].map { ["accuracy": Results.Metric($0)] } ?? [:])
    }
    return results
  }

  static let ce = [0.5, 0.5, 0.5, 0.5]
  static let values = [
    "ce": ce, "kd": [0.6, 0.605, 0.595, 0.6], "rkd": [0.5005, 0.4995, 0.5002, 0.4998],
  ]

  @Test func fourOutcomes() throws {
    let analysis = Results.Analysis(
      of: try Self.results(
        """
        [{row: 'kd', primary: true}, {row: 'rkd', over: 'kd', primary: true},
         {row: 'rkd', primary: true, equivalence: 0.005},
         {row: 'kd', metric: 'recall@1', primary: true}, {row: 'rkd'}]
        """, Self.values))
    #expect(
      analysis.comparisons.map { $0.outcome }
        == [.holds, .doesNotHold, .equivalent, .notResolved, .notResolved])
    #expect(analysis.outcome == .doesNotHold && analysis.deciding.count == 4)
    let first = analysis.comparisons[0]
    // What is not measured counts in the set of four.
    let values = analysis.comparisons.prefix(4).map { $0.pValue ?? 1 }
    #expect(first.adjustedPValue == adjustedByHolm(values)[0] && first.equivalence == nil)
    let third = analysis.comparisons[2]
    #expect(third.pValue.map { $0 > 0.5 } == true && third.adjustedPValue == 1)
    #expect(third.equivalence?.pValue == third.equivalence?.adjustedPValue)
    let missing = analysis.comparisons[3]
    #expect(missing.pairs == 0 && missing.mean == nil && missing.adjustedPValue == nil)
    let exploratory = analysis.comparisons[4]
    #expect(exploratory.pValue != nil && exploratory.adjustedPValue == nil)
    #expect(exploratory.smallestDifference == nil)
  }

  /// Adjustment makes the difference: each of two comparisons alone would hold.
  @Test func aSetIsHarderThanItsParts() throws {
    // t = √12 with 3 degrees of freedom has p = 0.0405.
    let spread = [0.62, 0.54, 0.62, 0.54]
    let values = ["ce": Self.ce, "kd": spread, "rkd": spread]
    let one = Results.Analysis(of: try Self.results("[{row: 'kd', primary: true}]", values))
    let two = Results.Analysis(
      of: try Self.results("[{row: 'kd', primary: true}, {row: 'rkd', primary: true}]", values))
    #expect(one.outcome == .holds && two.outcome == .notResolved)
    let p = try #require(one.comparisons[0].pValue)
    #expect(p < 0.05 && p > 0.025 && one.comparisons[0].adjustedPValue == p)
    #expect(two.comparisons.map { $0.adjustedPValue } == [2 * p, 2 * p])
    let nominal = Results.Analysis(of: try Self.results("[{row: 'kd'}, {row: 'rkd'}]", values))
    #expect(nominal.outcome == .holds)
  }

  /// A difference that is found holds, also if it is within the bound.
  @Test func aSmallDifferenceIsADifference() throws {
    let analysis = Results.Analysis(
      of: try Self.results(
        "[{row: 'kd', primary: true, equivalence: 0.2}]", Self.values))
    #expect(analysis.outcome == .holds && analysis.comparisons[0].isEquivalent)
  }

  @Test func theSmallestDifferenceIsOfThePilotOrOfTheSeeds() throws {
    let text = "[{row: 'kd', primary: true}, {row: 'rkd', primary: true}]"
    let pilot = try Self.results(text + ", design: {deviation: 0.0105}", seeds: 20, [:])
    let smallest = try #require(pilot.recipe.smallestDifference(of: pilot.recipe.comparisons[0]))
    let effect = PairedTest(pairs: 20, level: 0.025).smallestEffect(power: 0.8)
    #expect(smallest.value.isNear(effect * 0.0105) && smallest.isFromPilot)
    #expect(Results.Analysis(of: pilot).comparisons[0].smallestDifference == smallest)

    let observed = try Self.results(text, Self.values)
    #expect(observed.recipe.smallestDifference(of: observed.recipe.comparisons[0]) == nil)
    let entry = Results.Analysis(of: observed).comparisons[0]
    let found = try #require(entry.smallestDifference)
    #expect(found.deviation == entry.standardDeviation && !found.isFromPilot && found.pairs == 4)
  }

  static let degenerate: [(Int, [String: [Double]])] = [
    (1, ["ce": [0.5], "kd": [0.6]]), (2, ["ce": [0.5, 0.5], "kd": [0.5, 0.5]]),
    (2, ["ce": [0.5, 0.5], "kd": [0.625, 0.625]]), (2, ["ce": [0.5, 0.5]]), (2, [:]),
    (2, ["ce": [0.5, 0.5], "kd": [.nan, 0.5]]), (2, ["ce": [1e100, 0.5], "kd": [0.5, 1e100]]),
  ]

  /// One seed, rows that are equal, and a row without students make no number that is none.
  @Test(arguments: degenerate)
  func nothingIsNotANumber(seeds: Int, values: [String: [Double]]) throws {
    for design in ["", ", design: {equivalence: 0.01, deviation: 0.01}"] {
      let results = try Self.results(
        "[{row: 'kd', primary: true}, {row: 'rkd', primary: true}]" + design, seeds: seeds, values)
      let analysis = Results.Analysis(of: results)
      _ = try JSONEncoder().encode(analysis)
      #expect(analysis.comparisons[1].outcome == .notResolved)
      let expected: Outcome =
        values["kd"] == [0.625, 0.625]
        ? .holds : values["kd"] == [0.5, 0.5] && !design.isEmpty ? .equivalent : .notResolved
      #expect(analysis.comparisons[0].outcome == expected)
    }
  }

  /// Rows that lack different seeds are compared by the rest, and the design keeps all seeds.
  @Test func missingSeeds() throws {
    var results = try Self.results(
      "[{row: 'kd', primary: true}], design: {deviation: 0.01}", Self.values)
    results.rows[0].metrics["accuracy"] = Results.Metric([0.5, 0.5, 0.5], seeds: [1, 2, 3])
    results.rows[1].metrics["accuracy"] = Results.Metric([0.605, 0.595, 0.6], seeds: [2, 3, 4])
    let entry = Results.Analysis(of: results).comparisons[0]
    #expect(entry.pairs == 2 && entry.smallestDifference?.pairs == 4)
    #expect(entry.outcome == .holds)
  }

  @Test func filesHoldTheAnalysis() throws {
    let results = try Self.results(
      "[{row: 'kd', primary: true, equivalence: 0.01}, {row: 'rkd'}]", Self.values)
    let read = try Results.read(results.json)
    #expect(read.analysis == Results.Analysis(of: results))
    #expect(try read.json == results.json)
    let nothing = try Results.read(Self.results("[]", Self.values).json)
    #expect(nothing.analysis == nil)
  }

  @Test(arguments: [
    ("pValue", -0.5, "the p-value -0.5, which is not in 0 to 1"),
    ("standardDeviation", -0.5, "the number -0.5, which cannot be negative"),
    ("pairs", -1, "-1 pairs"),
  ])
  func damageIsFound(key: String, value: Double, problem: String) throws {
    let results = try Self.results("[{row: 'kd', primary: true}]", Self.values)
    var object = try #require(
      try JSONSerialization.jsonObject(with: results.json) as? [String: Any])
    var analysis = try #require(object["analysis"] as? [String: Any])
    var comparisons = try #require(analysis["comparisons"] as? [[String: Any]])
    comparisons[0][key] = key == "pairs" ? Int(value) as Any : value
    analysis["comparisons"] = comparisons
    object["analysis"] = analysis
    let damaged = try JSONSerialization.data(withJSONObject: object)
    #expect {
      try Results.read(damaged)
    } throws: { "\($0)" == "its analysis.comparisons[0] has \(problem)" }
    analysis["comparisons"] = []
    object["analysis"] = analysis
    let short = try JSONSerialization.data(withJSONObject: object)
    #expect {
      try Results.read(short)
    } throws: { "\($0)" == "its analysis has 0 comparisons, and its recipe has 1" }
  }
}
