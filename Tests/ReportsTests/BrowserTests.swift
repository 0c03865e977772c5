import Foundation
import Testing

@testable import Reports

/// The report in a real browser, if there is one.
@Suite(.serialized, .enabled(if: Browser.path != nil, "there is no Chromium")) struct BrowserTests {
  @Test(arguments: [("light", 380, 3), ("dark", 380, 3), ("light", 380, 20), ("dark", 1280, 3)])
  func everythingShows(scheme: String, width: Int, rows: Int) throws {
    let report = sampleReport(rows: rows)
    let browser = try Browser(ReportPage([report]).html, width: width, isDark: scheme == "dark")
    let isDark: Bool = try browser.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    #expect(isDark == (scheme == "dark"))
    let found: PageCheck = try browser.evaluate(PageCheck.script)
    #expect(browser.errors.isEmpty)
    #expect(found.empty.isEmpty)
    #expect(found.wide.isEmpty)
    #expect(found.width == width && found.scroll <= width)
    #expect(found.faint.isEmpty && found.contrast >= 4.5 && found.texts > 100)
    // Two figures of differences, two of curves; for each row four of terms and one of its
    // relations; two of distributions, two of errors, one of the embedding, three of retrieved
    // images.
    #expect(found.figures == 4 + 5 * rows + 8)
  }

  /// There are several teachers, one of which is a row's student, and rows that lack some or all
  /// students.
  @Test(arguments: [380, 1280]) func severalTeachersAndFewerStudents(width: Int) throws {
    let browser = try Browser(ReportPage([divergedReport()]).html, width: width)
    let found: PageCheck = try browser.evaluate(PageCheck.script)
    #expect(browser.errors.isEmpty)
    #expect(found.empty.isEmpty)
    #expect(found.wide.isEmpty)
    #expect(found.faint.isEmpty && found.scroll <= width)
    // The counts above, with the terms of five rows, the relations of six networks, and the
    // distributions of three teachers.
    #expect(found.figures == 4 + 4 * 5 + 6 + 2 * 3 + 2 + 4)
  }

  @Test(arguments: [380, 1280]) func severalRuns(width: Int) throws {
    let runs = ["one", "two"].map { sampleReport(title: $0) }
    let browser = try Browser(ReportPage(runs).html, width: width)
    let found: PageCheck = try browser.evaluate(PageCheck.script)
    #expect(browser.errors.isEmpty)
    #expect(found.empty.isEmpty)
    #expect(found.wide.isEmpty)
    #expect(found.faint.isEmpty && found.scroll <= width)
  }

  @Test func thePointerShowsNumbers() throws {
    let browser = try Browser(ReportPage([sampleReport()]).html, width: 1280)
    func shown(at selector: String) throws -> String {
      try browser.point(at: selector)
      return try browser.evaluate("tip.hidden ? '' : tip.textContent")
    }
    for (selector, text) in [
      (
        "#run1-differences1 .hit",
        "<b>kd</b>\nmean +1.00\n95 % interval +0.88 to +1.12\nseeds +0.95"
      ),
      ("#run1-accuracy .hit:last-of-type", "epoch 5\nce: 75.20 (75.00 to 75.40)\n<b>kd</b>: "),
      ("#run1-distances .hit", "distance ÷ mean distance: 0.05\nteacher: "),
      ("#run1-embedding svg[role] .mark", "teacher\ncat\n"),
      ("#run1-retrieval1 .wrong", "rank 2\n<i>dog</i>"),
      ("#run1-relations1 .matrix", "1.00\nimage 7 (<i>dog</i>)\nimage 7 (<i>dog</i>)"),
    ] {
      let found = try shown(at: selector)
      #expect(found.hasPrefix(text), "\(selector): \(found)")
    }
    #expect(try shown(at: "h1").isEmpty)
  }

  /// For a matrix of more images than a byte counts, every number is that of its pixel.
  @Test(arguments: [ColorMap.rising, .diverging]) func numbersOfALargeMatrix(colors: ColorMap)
    throws
  {
    let n = 300
    let steps = (0..<n * n).map { ($0 / n * 7 + $0 % n * 3) % 256 }
    let panel = MatrixPanel(
      title: "matrix", values: steps.map { Double($0) }, labels: [Int](repeating: 0, count: n),
      bounds: 0...255, colors: colors, description: "numbers")
    let page = Markup(
      "body", ["data-labels": [String](repeating: "0", count: n).joined(separator: " ")],
      Markup("div", ["id": "tip"]),
      Markup("figure", [:], panel.markup, MatrixPanel.key(colors, 0...255, "numbers")),
      Markup("script", [:], .file(.script)))
    let browser = try Browser("<!DOCTYPE html>" + page.html, width: 1280)
    let shown: [Int] = try browser.evaluate(
      """
      (() => {
        const matrix = document.querySelector(".matrix"), places = Array(\(n)).keys();
        return [...places].flatMap(row =>
          [...Array(\(n)).keys()].map(column => stepAt(matrix, row, column)));
      })()
      """)
    #expect(browser.errors.isEmpty)
    #expect(shown == steps)
  }

  /// Tab reaches every drawing with numbers, and the arrows go through the numbers.
  @Test func theKeyboardShowsNumbers() throws {
    let browser = try Browser(ReportPage([sampleReport()]).html, width: 380)
    let seen = "tip.hidden ? '' : tip.textContent"
    let place = "document.activeElement.closest('figure')?.id ?? ''"
    var shown: [String: String] = [:]
    for _ in 0..<80 {
      try browser.press("Tab")
      let figure: String = try browser.evaluate(place)
      guard !figure.isEmpty, shown[figure] == nil else { continue }
      try browser.press("ArrowRight")
      shown[figure] = try browser.evaluate(seen)
      let outline: String = try browser.evaluate(
        "getComputedStyle(document.activeElement).outlineStyle")
      #expect(outline == "solid", "\(figure)")
    }
    let hidden: [String] = try browser.evaluate(
      "[...document.querySelectorAll('figure')].filter(f => !f.checkVisibility({ contentVisibilityAuto: true }))"
        + ".map(f => f.id)")
    let all: [String] = try browser.evaluate(
      "[...document.querySelectorAll('figure')].map(f => f.id)")
    #expect(Set(shown.keys) == Set(all).subtracting(hidden))
    #expect(shown.values.allSatisfy { $0.contains("\n") })
  }

  @Test func arrowsGoThroughAMatrix() throws {
    let browser = try Browser(ReportPage([sampleReport()]).html, width: 380)
    let _: Bool = try browser.evaluate(
      "(document.querySelector('#run1-relations1 svg').focus(), true)")
    func shown(after keys: String...) throws -> [Substring] {
      for key in keys { try browser.press(key) }
      let text: String = try browser.evaluate("tip.hidden ? '' : tip.textContent")
      return text.split(separator: "\n")
    }
    #expect(try shown(after: "ArrowRight") == ["1.00", "image 1 (cat)", "image 1 (cat)"])
    let first = try shown(after: "ArrowRight")
    #expect(first.dropFirst() == ["image 1 (cat)", "image 2 (cat)"])
    let mirrored = try shown(after: "ArrowDown", "ArrowLeft")
    #expect(mirrored.dropFirst() == ["image 2 (cat)", "image 1 (cat)"] && mirrored[0] == first[0])
    #expect(try shown(after: "ArrowUp", "ArrowUp")[1] == "image 1 (cat)")
    #expect(try shown(after: "Escape").isEmpty)
  }

  @Test func tablesAreSortedByClickAndByKey() throws {
    let browser = try Browser(ReportPage([sampleReport()]).html, width: 1280)
    func rows() throws -> [String] {
      try browser.evaluate(
        "[...document.querySelector('table.rows').tBodies[0].rows]"
          + ".map(row => row.children[0].dataset.value)")
    }
    func order() throws -> String {
      try browser.evaluate(
        "[...document.querySelector('table.rows').tHead.rows[0].children]"
          + ".map(head => head.getAttribute('aria-sort') ?? '').join()")
    }
    let losses = ["ce", "<b>kd</b>", "\"rkd\" & 'more'"]
    #expect(try rows() == ["teacher"] + losses)

    try browser.point(at: "table.rows th:nth-child(2) button", clicking: true)
    #expect(try rows() == ["teacher"] + losses.reversed())
    #expect(try order() == ",descending,,,")
    try browser.point(at: "table.rows th:nth-child(2) button", clicking: true)
    #expect(try rows() == ["teacher"] + losses)
    #expect(try order() == ",ascending,,,")

    // The differences are sorted by keyboard. The first row has none and stays last.
    try browser.press("Tab")
    try browser.press("Enter")
    #expect(try rows() == ["teacher", losses[2], losses[1], losses[0]])
    #expect(try order() == ",,descending,,")
    try browser.press("Enter")
    #expect(try rows() == ["teacher", losses[1], losses[2], losses[0]])
    #expect(try order() == ",,ascending,,")
  }

  /// The tests above can fail: they find what is wrong here.
  @Test func whatIsWrongIsFound() throws {
    let html = ReportPage([sampleReport()]).html
      .replacing("<h1>", with: "<table><tr><td style=\"min-width: 500px\">wide</table><h1>")
      .replacing("id=\"run1-loss\" class=\"\">", with: "id=\"run1-loss\" class=\"\"></figure>")
      .replacing("--soft: #59626d", with: "--soft: #8b94a0")
      .replacing(
        "\"use strict\";",
        with: "\"use strict\"; setTimeout(() => missing(), 0); console.error('said');"
          + " fetch('https://example.org').catch(() => 0);")
    let browser = try Browser(html, width: 380)
    let found: PageCheck = try browser.evaluate(PageCheck.script)
    #expect(found.wide.contains { $0.hasPrefix("TABLE") } && found.scroll > 380)
    #expect(found.empty == ["run1-loss"])
    #expect(found.contrast < 4.5 && found.faint.contains { $0.hasPrefix("CAPTION") })
    for error in ["missing is not defined", "said", "Content Security Policy"] {
      #expect(browser.errors.contains { $0.contains(error) }, "\(error)")
    }
  }
}
