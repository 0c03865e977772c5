import Foundation
import Testing
import Training

@testable import Experiments
@testable import Reports

@Suite struct ReportPageTests {
  let page = ReportPage([sampleReport()]).html

  @Test func nothingOfARecipeIsHTML() {
    for foreign in ["<b>", "<i>", "<kd>", "alert(1)</script>", "</pre><b>"] {
      #expect(!page.contains(foreign), "\(foreign)")
    }
    #expect(page.contains("&lt;b&gt;kd&lt;/b&gt;"))
    #expect(page.contains("kd &gt; ce &lt;/p&gt;&lt;script&gt;alert(1)"))
  }

  /// The claim and the verdict come first, then numbers, then figures, then how it was run.
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

  @Test func everyNumberOfTheTableIsThere() throws {
    let results = sampleReport().results
    #expect(results.metrics == ["accuracy", "recall@1"])
    for name in results.metrics {
      let measurements = results.measurements(of: name)
      #expect(measurements.count == 3 && measurements[0].difference == nil)
      for (index, measurement) in measurements.enumerated() {
        let metric = try #require(measurement.metric)
        let percents = ([metric.mean, metric.standardDeviation ?? 0] + metric.values)
          .map { NumberFormat.fixed($0 * 100, digits: 2) }
        for number in percents { #expect(page.contains(number)) }
        guard index > 0 else { continue }
        // Each row is a point higher; t = 4.303 for 2 degrees of freedom, with 0.05 points a row
        // from seed to seed.
        let mean = try #require(measurement.difference).mean
        let interval = try #require(measurement.interval)
        let margin = 4.302653 * 0.0005 / 3.0.squareRoot() * Double(index)
        #expect(abs(mean - 0.01 * Double(index)) < 1e-12)
        #expect(abs(interval.lowerBound - mean + margin) < 1e-8)
        #expect(abs(interval.upperBound - mean - margin) < 1e-8)
        for value in [mean, interval.lowerBound, interval.upperBound] {
          let text = NumberFormat.difference(value * 100, standardError: nil, digits: 2)
          #expect(page.contains(text))
        }
      }
      let teacher = try #require(results.teacher?.metrics[name])
      #expect(page.contains(NumberFormat.fixed(teacher * 100, digits: 2)))
    }
  }

  /// Nothing is fetched: the only addresses are in links and in the namespaces of SVG.
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
    report.results.rows[0].history[0].epochs[2].loss = .nan
    report.results.rows[1].history[0].epochs[2].loss = .infinity
    report.diagnostics?.networks[1].features = [[Double]](repeating: [0, 0, 0], count: 12)
    let drawings = ReportPage([report]).html.matches(of: /<(path|circle|line|rect|text)[^>]*>/)
      .map { $0.0.replacing(/data-tip="[^"]*"/, with: "") }
    #expect(!drawings.isEmpty)
    for drawing in drawings { #expect(!drawing.contains("NaN") && !drawing.contains("inf")) }
  }

  @Test func whatIsMissingIsSaid() {
    let page = ReportPage([divergedReport()]).html
    #expect(page.contains("4 of 18 students are missing:</p><ul><li>&#39;ce&#39; with seed 8"))
    for cell in ["2 of 3", "3, 2 paired", "0 of 3", "diverged"] {
      #expect(page.contains(">\(cell)</td>"), "\(cell)")
    }
    #expect(page.contains("seed 7: 79.00 %, seed 9: 81.00 %"))
    #expect(page.contains("No seed in common: ‘row 5’."))
    #expect(page.contains("Line: mean of 3 seeds, 2 for ‘ce’. Band"))
  }

  @Test func eachRowIsBesideItsOwnTeacher() {
    let page = ReportPage([divergedReport()]).html
    let titles = page.matches(of: /<h4>((?:Relations|Distances|Errors)[^<]*)/).map { $0.1 }
    let (kd, w, c) = ("&lt;b&gt;kd&lt;/b&gt;", "WWWWWWWWWWWWWWWW", "损失函数的名称很长")
    #expect(
      titles == [
        "Relations: teacher mlp:8 and ce", "Relations: teacher mlp:8 and \(kd)",
        "Relations: teacher mlp:8 and &quot;rkd&quot; &amp; &#39;more&#39;",
        "Relations: \(kd) and \(w)", "Relations: \(kd) and \(c)",
        "Relations: teacher &lt;b&gt; and of a later one",
        "Distances: teacher mlp:8 and its rows", "Distances: \(kd) and its rows",
        "Distances: teacher &lt;b&gt; and its rows", "Errors of distances", "Errors of angles",
      ])
    #expect(
      page.contains(
        "‘\(w)’, ‘\(c)’ beside ‘\(kd)’; ‘of a later one’ beside teacher &lt;b&gt;. Without a "
          + "teacher that is drawn, beside teacher mlp:8 only for comparison: ‘ce’."))
    #expect(page.contains("This teacher did not teach ‘ce’."))
    #expect(
      page.contains("minus teacher &lt;b&gt; (not taught by it: ‘ce’); in bins of ten degrees."))
    // If a file does not say who teaches, the page says nothing about it.
    var older = sampleReport()
    #expect(ReportPage([older]).html.contains("ithout a teacher"))
    older.diagnostics?.schema = "kindred-diagnostics/1"
    #expect(!ReportPage([older]).html.contains("ithout a teacher"))
  }

  /// The introduction says who is drawn beside whom, and who is not.
  @Test func theRelationsAreIntroduced() {
    func features(_ networks: [(row: String?, teacher: Int?)]) -> Features {
      let diagnostics = Diagnostics(
        classes: ["a"], labels: [0, 0, 0],
        networks: networks.map {
          Diagnostics.Network(row: $0.row, teacher: $0.teacher, features: [[0], [1], [2]])
        }, seed: 7)
      return Features(diagnostics, of: noResults)
    }
    let teaching = features([("t", nil), ("g1", 0), ("g2", 1)])
    #expect(
      teaching.introduction(of: ["t", "g1", "g2"]) == """
        Each row’s student of seed\u{A0}7, beside its own teacher: ‘g1’ beside ‘t’; \
        ‘g2’ beside ‘g1’.
        """)
    #expect(
      features([(nil, nil), ("ce", nil)]).introduction(of: ["ce", "kd"]) == """
        The teacher, and each row’s student of seed\u{A0}7. Without a teacher that is drawn, beside \
        teacher only for comparison: ‘ce’. Without a student: ‘kd’.
        """)
    #expect(
      features([(nil, nil)]).introduction(of: ["kd"]) == "The teacher. Without a student: ‘kd’.")
  }

  /// The second network is the first, mirrored and twice as large. The third has two of the
  /// distances exchanged.
  @Test func errorsAreThoseOfPairs() throws {
    let vectors: [[Double]] = [[0, 0], [3, 0], [0, 4]]
    let diagnostics = Diagnostics(
      classes: ["a"], labels: [0, 0, 0],
      networks: [
        Diagnostics.Network(features: vectors),
        Diagnostics.Network(
          row: "like", teacher: 0, features: vectors.map { [$0[1] * 2, $0[0] * 2] }),
        Diagnostics.Network(row: "other", teacher: 1, features: [[0, 0], [4, 0], [0, 3]]),
      ])
    let features = Features(diagnostics, of: noResults)
    let figures = features.distributions(
      features.networks.map { Geometry(of: $0.vectors) }, of: ["like", "other"], id: "x")
    let errors = try #require(figures.first { $0.id == "x-distances-errors" })
    let text = Markup.group(errors.content).html
    // An error of 0 is at 0.05, the middle of the bin above 0. A quarter of the mean is at 0.25.
    #expect(text.contains("0.05\nlike: 100.00\nother: 33.33"))
    #expect(text.contains("0.25\nlike: 0.00\nother: 33.33"))
    #expect(text.contains("-0.25\nlike: 0.00\nother: 33.33"))
  }

  @Test func theTeachersAccuracyIsBesideTheStudents() throws {
    let chart = try #require(page.range(of: "id=\"run1-accuracy\""))
    let figure = page[chart.upperBound...]
    let end = try #require(figure.range(of: "</figure>"))
    #expect(figure[..<end.lowerBound].contains("epoch 5\n"))
    #expect(figure[..<end.lowerBound].contains("\nteacher: 91.11"))
    var report = sampleReport()
    report.results.teacher?.metrics["accuracy"] = nil
    #expect(!ReportPage([report]).html.contains("teacher: 91.11"))
  }

  @Test func everyTeacherIsInTheTableAndTheChart() {
    var report = sampleReport()
    report.results.teachers = [("resnet8:8", 0.8123), ("resnet8:16", 0.8456)].map {
      Results.Teacher(
        network: $0, parameters: 1, isLoaded: true, metrics: ["accuracy": $1], history: [],
        seconds: 0)
    }
    let page = ReportPage([report]).html
    for (name, percent) in [("resnet8:8", "81.23"), ("resnet8:16", "84.56")] {
      #expect(page.contains("<small>\(name)</small>"))
      #expect(page.contains("\n\(name): \(percent)"))
    }
  }

  @Test func whatOfSeveralComparisonsHoldsIsCounted() {
    var report = sampleReport()
    report.results.recipe.comparisons = [
      comparison("<b>kd</b>"), comparison("ce", "knn@1"), comparison("<b>kd</b>", "recall@1"),
    ]
    let page = ReportPage([report]).html
    #expect(page.contains("? Not resolved here: 2 of 3 comparisons hold"))
    #expect(
      page.contains(
        "✓ ‘&lt;b&gt;kd&lt;/b&gt;’ over ‘ce’ in accuracy: +1.00, 95 % interval +0.88 to +1.12, 3 "
          + "seeds<"))
    #expect(page.contains("? ‘ce’ over ‘ce’ in knn@1: not measured<"))
    #expect(!self.page.contains("comparisons hold"))
  }

  @Test func aRunOfOneSeedWithoutTeacherOrEpochs() {
    var report = sampleReport(rows: 1)
    (report.results.recipe.claim, report.results.teacher, report.diagnostics) = (nil, nil, nil)
    report.results.rows[0].history = [Results.History(seed: 7, epochs: [])]
    let page = ReportPage([report]).html
    #expect(!page.contains("<figure") && page.contains("80.00"))
  }

  @Test func severalRunsAreBesideOneAnother() throws {
    var second = sampleReport(title: "two")
    for row in 0..<3 { second.results.rows[row].metrics["recall@1"] = nil }
    let page = ReportPage([sampleReport(title: "one"), second]).html
    // Equal rows are one below the other, with the interval. A metric that only one run measured
    // has no table.
    let overview = page[..<(try #require(page.range(of: "<section"))).lowerBound]
    let cells = overview.matches(of: /data-value="(ce|one|two|&lt;b&gt;kd&lt;\/b&gt;)"/).map {
      $0.1
    }
    #expect(
      cells.prefix(8) == [
        "ce", "one", "ce", "two", "&lt;b&gt;kd&lt;/b&gt;", "one", "&lt;b&gt;kd&lt;/b&gt;", "two",
      ])
    #expect(overview.contains("+1.00<small>+0.88 to +1.12</small>"))
    #expect(overview.contains("accuracy of all runs") && !overview.contains("recall@1 of all"))
    #expect(page.contains("<h1>2 runs</h1>"))
    #expect(page.contains("href=\"#run1\"") && page.contains("id=\"run2-accuracy\""))
    let ids = page.matches(of: /\sid="([^"]+)"/).map { $0.1 }
    #expect(Set(ids).count == ids.count)
  }

  @Test func ofManyRowsTheFirstAndTheBestAreDrawn() {
    var report = sampleReport(rows: 12)
    report.results.rows[11].teacher = "<b>"
    report.results.rows[11].classifier = "<i>"
    report.results.rows[11].choice = Results.Choice(
      metric: "accuracy", tried: [Results.Choice.Tried(weight: 1, value: 0.5)], weight: 1)
    let page = ReportPage([report]).html
    #expect(page.contains("The first and the 9 best by accuracy, of 12 rows."))
    #expect(page.contains("Taught by &lt;b&gt;."))
    #expect(page.contains("Classifies with the last layer of &lt;i&gt;."))
    #expect(page.contains("Weight 1, chosen by accuracy on"))
    let start = page.range(of: "id=\"run1-accuracy\"")
    let end = page.range(of: "id=\"run1-loss\"")
    if let start, let end {
      let chart = page[start.upperBound..<end.lowerBound]
      // Means rise with the number of the row: the second and third rows have the lowest.
      #expect(chart.contains("row 11") && !chart.contains("&lt;b&gt;kd") && chart.contains("ce"))
    } else {
      Issue.record("no curves")
    }
    #expect(!ReportPage([sampleReport(rows: 10)]).html.contains("best by accuracy"))
  }
}
