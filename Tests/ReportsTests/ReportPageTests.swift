import Foundation
import Reports
import Testing

@Suite struct ReportPageTests {
  let page = ReportPage([sampleReport()]).html

  @Test func nothingOfARecipeIsHTML() {
    for foreign in ["<b>", "<i>", "<kl>", "<kd>", "alert(1)</script>", "</pre><b>"] {
      #expect(!page.contains(foreign), "\(foreign)")
    }
    #expect(page.contains("&lt;b&gt;kd&lt;/b&gt;"))
    #expect(page.contains("kd &gt; ce &lt;/p&gt;&lt;script&gt;alert(1)"))
  }

  /// Claim and verdict, then numbers, then figures, then how it was run.
  @Test func partsAreInOrder() {
    let parts = [
      "Claim. ", "Holds here", "id=\"run1-differences1\"", "id=\"run1-accuracy\"",
      "id=\"run1-loss\"", "id=\"run1-row1-terms\"", "id=\"run1-relations1\"",
      "id=\"run1-distances\"", "id=\"run1-angles\"", "id=\"run1-embedding\"",
      "id=\"run1-retrieval1\"", ">Losses<", "kindred run &#39;a&lt;b&gt;.json5&#39;",
    ]
    var rest = page[...]
    for part in parts {
      guard let range = rest.range(of: part) else {
        Issue.record("no \(part) after what is before it")
        return
      }
      rest = rest[range.upperBound...]
    }
  }

  @Test func everyNumberOfTheTableIsThere() {
    for metric in sampleReport().metrics {
      for entry in metric.entries {
        let percents = ([entry.mean, entry.standardDeviation ?? 0] + entry.values)
          .map { NumberFormat.fixed($0 * 100, digits: 2) }
        for number in percents { #expect(page.contains(number)) }
        guard let difference = entry.difference, let interval = difference.interval else {
          continue
        }
        for value in [difference.mean, interval.lowerBound, interval.upperBound] {
          let text = NumberFormat.difference(value * 100, standardError: nil, digits: 2)
          #expect(page.contains(text))
        }
      }
      #expect(page.contains(NumberFormat.fixed((metric.teacher ?? 0) * 100, digits: 2)))
    }
  }

  /// Nothing is fetched: no address but those in links and in the namespaces of SVG.
  @Test func itNeedsNothingButItself() {
    #expect(page.contains("default-src &#39;none&#39;"))
    for reference in page.matches(of: /(src|href)="([^"]{0,12})/) {
      let target = reference.2
      #expect(
        target.hasPrefix("data:image") || target.hasPrefix("https://arxi"), "\(target)")
    }
    #expect(!page.contains("url(") && !page.contains("@import"))
  }

  @Test func everyPictureHasWords() {
    for picture in page.matches(of: /<(svg|img)[^>]*>/) {
      let tag = picture.0
      #expect(
        tag.contains("aria-label=\"") || tag.contains("alt=\"") || tag.contains("aria-hidden"),
        "\(tag.prefix(80))")
      #expect(!tag.contains("aria-label=\"\"") && !tag.contains("alt=\"\""))
    }
  }

  @Test func numbersThatAreNoneAreNotDrawn() {
    var report = sampleReport()
    report.rows[0].histories[0][2].loss = .nan
    report.rows[1].histories[0][2].loss = .infinity
    report.features?.networks[1].vectors = [[Double]](repeating: [0, 0, 0], count: 12)
    let drawings = ReportPage([report]).html.matches(of: /<(path|circle|line|rect|text)[^>]*>/)
      .map { $0.0.replacing(/data-tip="[^"]*"/, with: "") }
    #expect(!drawings.isEmpty)
    for drawing in drawings { #expect(!drawing.contains("NaN") && !drawing.contains("inf")) }
  }

  @Test func theTeachersAccuracyIsBesideTheStudents() throws {
    let chart = try #require(page.range(of: "id=\"run1-accuracy\""))
    let figure = page[chart.upperBound...]
    let end = try #require(figure.range(of: "</figure>"))
    #expect(figure[..<end.lowerBound].contains("epoch 5\n"))
    #expect(figure[..<end.lowerBound].contains("\nteacher: 91.11"))
    var report = sampleReport()
    report.metrics[0].teacher = nil
    #expect(!ReportPage([report]).html.contains("teacher: 91.11"))
  }

  @Test func aRunOfOneSeedWithoutTeacherOrEpochs() {
    var report = sampleReport(rows: 1)
    (report.claim, report.teacher, report.features, report.retrieval) = (nil, nil, nil, nil)
    report.rows[0].histories = [[]]
    let page = ReportPage([report]).html
    #expect(!page.contains("<figure") && page.contains("80.00"))
  }

  @Test func severalRunsAreBesideOneAnother() throws {
    var second = sampleReport(title: "two")
    second.metrics.removeAll { $0.name == "recall@1" }
    let page = ReportPage([sampleReport(title: "one"), second]).html
    // Equal rows one below the other, with the interval; no table of what one run measured.
    let overview = page[..<(try #require(page.range(of: "<section"))).lowerBound]
    let cells = overview.matches(of: /data-value="(ce|one|two|&lt;b&gt;kd&lt;\/b&gt;)"/).map {
      $0.1
    }
    #expect(
      cells.prefix(8) == [
        "ce", "one", "ce", "two", "&lt;b&gt;kd&lt;/b&gt;", "one", "&lt;b&gt;kd&lt;/b&gt;", "two",
      ])
    #expect(overview.contains("+2.00<small>+0.12 to +4.56</small>"))
    #expect(overview.contains("accuracy of all runs") && !overview.contains("recall@1 of all"))
    #expect(page.contains("<h1>2 runs</h1>"))
    #expect(page.contains("href=\"#run1\"") && page.contains("id=\"run2-accuracy\""))
    let ids = page.matches(of: /\sid="([^"]+)"/).map { $0.1 }
    #expect(Set(ids).count == ids.count)
  }

  @Test func ofManyRowsTheFirstAndTheBestAreDrawn() {
    var report = sampleReport(rows: 12)
    report.rows[11].notes = ["Taught by <b>.", "Weight 1, by accuracy."]
    let page = ReportPage([report]).html
    #expect(page.contains("Of 12 rows the first and the 9 best by accuracy."))
    #expect(page.contains("Taught by &lt;b&gt;.") && page.contains("Weight 1, by accuracy."))
    let start = page.range(of: "id=\"run1-accuracy\"")
    let end = page.range(of: "id=\"run1-loss\"")
    if let start, let end {
      let chart = page[start.upperBound..<end.lowerBound]
      // Means rise with the number of the row: the second and third are the lowest.
      #expect(chart.contains("row 11") && !chart.contains("&lt;b&gt;kd") && chart.contains("ce"))
    } else {
      Issue.record("no curves")
    }
    #expect(!ReportPage([sampleReport(rows: 10)]).html.contains("best by accuracy"))
  }
}
