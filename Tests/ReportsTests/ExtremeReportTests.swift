import Testing
import Training

@testable import Experiments
@testable import Reports

/// Reports with numbers at the limits of what a Double holds.
@Suite struct ExtremeReportTests {
  /// A number below all those that a Double holds with all their digits.
  static let tiny = Double.leastNonzeroMagnitude * 1000

  /// A run of three epochs with these losses and gradient norms.
  func report(_ losses: [Double], norms: [Double]) -> RunReport {
    var report = sampleReport(rows: 1)
    let epochs = zip(losses, norms).enumerated().map { index, numbers in
      Epoch(
        epoch: index + 1, loss: numbers.0, accuracy: 0.5,
        terms: [
          term("ce", 1, 1, numbers.1, 1), term("logits", 1e-305, numbers.0, 1, numbers.1),
        ])
    }
    report.results.rows[0].history = [Results.History(seed: 1, epochs: epochs)]
    report.results.recipe.seeds = [1]
    return report
  }

  @Test(
    arguments: [
      ([.leastNonzeroMagnitude, 1, 2], [1e-300, 1, 1e-299]),
      ([1.7e308, 1.7e308, 1.7e308], [1.7e308, 1, 2]),
      ([-1.7e308, 0, 1.7e308], [0, .leastNonzeroMagnitude, 0]),
      ([1e-99, 1e99, 1], [1e99, 1e-99, 1]),
      ([.infinity, .nan, -.infinity], [.nan, .infinity, 0]), ([0, 0, 0], [0, 0, 0]),
      ([Self.tiny, Self.tiny * 2, 1e-305], [Self.tiny, Self.tiny * 2, 1e-305]),
    ] as [([Double], [Double])])
  func whateverTheNumbersTheyAreDrawnOrLeftOut(_ losses: [Double], _ norms: [Double]) {
    let page = ReportPage([report(losses, norms: norms)]).html
    #expect(page.contains("id=\"run1-accuracy\""))
    #expect(page.hasSuffix("</html>\n"))
  }

  @Test func whatIsLeftOutIsSaid() {
    let some = ReportPage([report([1, 1.7e308, 2], norms: [1, 1, 1])]).html
    #expect(some.contains("One seed. Not drawn: 1 points beyond 10¹⁰⁰.</figcaption>"))
    let all = ReportPage([report([1.7e308, 1.7e308, 1.7e308], norms: [1, 1, 1])]).html
    #expect(all.contains("<h4>Loss</h4><figcaption>Not drawn: all numbers are beyond 10¹⁰⁰."))
    let none = ReportPage([report([1, 2, 3], norms: [1, 1, 1])]).html
    #expect(!none.contains("Not drawn"))
  }

  /// A number near 0 has a place only on a linear scale.
  @Test func smallNumbersAreDrawn() {
    let page = ReportPage([report([.leastNonzeroMagnitude, 1, 2], norms: [1, 1, 1])]).html
    #expect(page.contains("training loss</text>") && !page.contains("training loss (logarithmic)"))
    let other = ReportPage([report([1e-9, 1, 2], norms: [1, 1, 1])]).html
    #expect(other.contains("training loss (logarithmic)</text>"))
  }

  @Test(arguments: [
    (1e300, "2.78e+296 h"), (-1e300, "-1000"), (1e16, "2.78e+12 h"),
    (3.6e14, "100000000000 h 00 min"),
    (.greatestFiniteMagnitude, "4.99e+304 h"),
  ])
  func longTimes(_ seconds: Double, _ start: String) {
    #expect(NumberFormat.duration(seconds: seconds).hasPrefix(start))
    #expect(NumberFormat.clock(seconds: seconds) == "–")
  }

  @Test(arguments: [
    ("https://a.org/x, and more", ["https://a.org/x"]), ("See https://a.org.", ["https://a.org"]),
    ("(https://a.org/b_(c)), https://b.org/?q=1;", ["https://a.org/b_(c)", "https://b.org/?q=1"]),
    ("first\nhttps://a.org/x\n[http://b.org]", ["https://a.org/x", "http://b.org"]),
    ("“https://a.org/x”", ["https://a.org/x"]), ("javascript:alert(1) ftp://a.org", []),
    ("https://a.org/\"onclick=\"x", ["https://a.org/"]),
  ])
  func addressesAreLinks(_ source: String, _ addresses: [String]) {
    var report = sampleReport(rows: 1)
    report.results.recipe.source = source
    let page = report.results.verdictSection.html
    let found = page.matches(of: /<a href="([^"]*)">([^<]*)<\/a>/)
    #expect(found.map { String($0.1) } == addresses)
    #expect(found.map { String($0.2) } == addresses)
    // No part of the text is lost.
    let text = page.replacing(/<[^>]*>/, with: "").replacing("&quot;", with: "\"")
    #expect(text.contains("Source: " + source))
  }
}
