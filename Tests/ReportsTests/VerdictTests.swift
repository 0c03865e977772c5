import Foundation
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

  /// The sample report with the second and the third row's comparisons with the first as the primary set.
  private func designed(
    equivalence: Double? = nil, deviation: Double? = nil, _ exploratory: [Comparison] = []
  ) -> Results {
    var results = sampleReport().results
    results.recipe.comparisons =
      ["<b>kd</b>", "\"rkd\" & 'more'"].map { row in
        var comparison = comparison(row)
        comparison.primary = true
        return comparison
      } + exploratory
    (results.recipe.design.equivalence, results.recipe.design.deviation) = (equivalence, deviation)
    return results
  }

  // The p-values of the tests below are from scipy.stats and statsmodels' multipletests.
  @Test func primaryComparisonsHaveAdjustedPValues() {
    let verdict = Verdict(designed(equivalence: 0.02, [comparison("<b>kd</b>", "recall@2")]))
    #expect(verdict.words == "Holds here")
    #expect(verdict.tally == ": 2 of 2 primary comparisons hold")
    #expect(verdict.findings.map { $0.isPrimary } == [true, true, false])
    #expect(
      verdict.findings.map { $0.text } == [
        "‘<b>kd</b>’ over ‘ce’ in accuracy: +1.00, 95 % interval +0.88 to +1.12, 3 seeds; p 0.0008, "
          + "adjusted 0.0017; equivalence within ±2.00: p 0.0004, adjusted 0.0008 (there is a "
          + "difference, and it is within the bound)",
        "‘\"rkd\" & 'more'’ over ‘ce’ in accuracy: +2.00, 95 % interval +1.75 to +2.25, 3 seeds; p "
          + "0.0008, adjusted 0.0017; equivalence within ±2.00: p 0.500, adjusted 0.500",
        "‘<b>kd</b>’ over ‘ce’ in recall@2: not measured",
      ])
  }

  @Test func whatDoesNotMatterIsEquivalent() {
    var results = designed(equivalence: 0.02)
    for row in 1...2 {
      results.rows[row].metrics["accuracy"] = Results.Metric(
        [-0.0001, 0, 0.0002].enumerated().map { index, difference in
          results.rows[0].metrics["accuracy"].map { $0.values[index] + difference } ?? 0
        })
    }
    let verdict = Verdict(results)
    #expect(verdict.outcome == .equivalent && verdict.sign == "≈" && verdict.style == "open")
    #expect(verdict.words == "Equivalent within ±2.00 points here")
    #expect(verdict.tally == ": 0 of 2 primary comparisons hold")
    results.recipe.comparisons[0].equivalence = 0.03
    #expect(Verdict(results).words == "Equivalent here")
    #expect(results.markdown(called: "").contains(" | equivalent within ±3.00 |\n"))
  }

  @Test func theDesignIsSaidBeforeTheResults() {
    let results = designed(equivalence: 0.005, deviation: 0.0105)
    let sentences = [
      "Design: 2 primary comparisons of 3 seeds, by two-sided paired t-tests at level 0.05, with "
        + "p-values adjusted by Holm’s method.",
      "Each finds a difference of 4.86 points with power 0.8, by a pilot’s standard deviation of 1.05 "
        + "points; equivalence bound ±0.50 points.",
    ]
    #expect(results.recipe.designSentences() == sentences)
    #expect(results.recipe.designSentences(Results.Analysis(of: results)) == sentences)
    var report = sampleReport()
    report.results = results
    let page = ReportPage([report]).html
    #expect(
      page.range(of: sentences[1]).map { found in
        page.range(of: "Holds here").map { found.upperBound < $0.lowerBound } ?? false
      } == true)
    #expect(!page.contains("Exploratory") && !page.contains("exploratory"))
    let text = results.text(width: 200)
    #expect(text.contains(sentences.joined(separator: "\n")))
    #expect(text.contains("  +1.00  +0.88 to +1.12  0.0008      0.0017  holds\n"), "\(text)")
    let markdown = results.markdown(called: "")
    #expect(
      markdown.contains(
        "| \\<b>kd\\</b> over ce | accuracy | +1.00 | +0.88 … +1.12 | 3 | 0.0008 | 0.0017 | "
          + "±0.50: p 0.998, adjusted 1.000 | holds |"), "\(markdown)")
    #expect(markdown.contains("Each finds a difference of 4.86 points"))
  }

  @Test func withoutAPilotTheSeedsSayWhatTheyFind() {
    let results = designed()
    #expect(
      results.recipe.designSentences().dropFirst() == [
        "Each finds 4.62 standard deviations of the differences with power 0.8; no pilot’s deviation "
          + "is given."
      ])
    #expect(
      results.recipe.designSentences(Results.Analysis(of: results)).dropFirst() == [
        "‘<b>kd</b>’ over ‘ce’ in accuracy: finds a difference of 0.23 points with power 0.8, by the "
          + "observed standard deviation, 0.05 points, as no pilot’s is given.",
        "‘\"rkd\" & 'more'’ over ‘ce’ in accuracy: finds a difference of 0.46 points with power 0.8, by "
          + "the observed standard deviation, 0.10 points, as no pilot’s is given.",
      ])
    var one = results
    (one.recipe.comparisons, one.recipe.seeds) = ([results.recipe.comparisons[0]], [7])
    #expect(
      one.recipe.designSentences() == [
        "Design: 1 primary comparison of 1 seed, by a two-sided paired t-test at level 0.05.",
        "It finds nothing, because one seed has no deviation.",
      ])
    #expect(Recipe().designSentences().isEmpty)
  }

  @Test func whatIsNotPrimaryIsExploratory() {
    var report = sampleReport()
    #expect(
      ReportPage([report]).html.contains("No comparison is primary, so all are exploratory"))
    #expect(
      report.results.markdown(called: "").contains("| exploratory comparison | metric |"))
    report.results = designed([comparison("<b>kd</b>", "recall@1")])
    let page = ReportPage([report]).html
    #expect(page.contains("<h4>Exploratory comparisons</h4>"))
    #expect(page.contains("Nothing here is adjusted for there being several."))
    let markdown = report.results.markdown(called: "")
    #expect(markdown.contains("| primary comparison | metric |"))
    #expect(markdown.contains("\n\n| exploratory comparison | metric |"))
  }

  /// Seeds that all have the same difference have no deviation, and this is said.
  @Test func equalDifferencesAreSaid() {
    var results = designed(equivalence: 0.01)
    for row in 0...1 { results.rows[row].metrics["accuracy"] = Results.Metric([0.5, 0.75, 0.5]) }
    let verdict = Verdict(results)
    #expect(verdict.findings[0].outcome == .equivalent)
    #expect(
      verdict.findings[0].text.hasSuffix(
        "; p 1.000, adjusted 1.000; equivalence within ±1.00: p <0.0001, adjusted <0.0001 (all seeds "
          + "have the same difference)"), "\(verdict.findings[0].text)")
  }
}
