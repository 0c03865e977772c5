import Testing

@testable import Experiments
@testable import Reports

@Suite struct VerdictTests {
  @Test func whatIsNotCompared() {
    var results = sampleReport().results
    results.recipe.comparisons = []
    let claimed = Verdict(results)
    #expect(claimed.outcome == nil && claimed.sign == "–" && claimed.style == "open")
    #expect(claimed.words == "Not tested: no comparison is stated")
    #expect(
      claimed.findings.map { $0.text } == [
        """
        ‘"rkd" & 'more'’ has the highest mean accuracy of 3 rows, 82.00 %: +2.00 percentage points \
        compared to ‘ce’, 95 % interval +1.75 to +2.25 (chosen after looking at the numbers).
        """
      ])
    results.recipe.claim = nil
    #expect(Verdict(results).words == "Nothing claimed")
  }

  @Test(arguments: [
    (["<b>kd</b>"], Outcome.holds, ""),
    (["<b>kd</b>", "ce"], .doesNotHold, ": 1 of 2 comparisons hold"),
    (["<b>kd</b>", "missing"], .notResolved, ": 1 of 2 comparisons hold"),
  ])
  func aClaimHoldsIfAllComparisonsDo(_ rows: [String], _ outcome: Outcome, _ tally: String) {
    var results = sampleReport().results
    results.recipe.comparisons = rows.map { row in
      var comparison = comparison(row)
      if row == "ce" { comparison.over = "<b>kd</b>" }
      return comparison
    }
    let verdict = Verdict(results)
    #expect(verdict.outcome == outcome && verdict.tally == tally)
  }

  @Test func oneSeedHasNoInterval() {
    var results = sampleReport().results
    results.recipe.seeds = [7]
    for row in 0..<3 { results.rows[row].metrics["accuracy"] = Results.Metric([0.8]) }
    let verdict = Verdict(results)
    #expect(verdict.outcome == .notResolved)
    #expect(
      verdict.findings.map { $0.text } == [
        "‘<b>kd</b>’ over ‘ce’ in accuracy: 0.00; one seed gives no interval"
      ])
  }
}
