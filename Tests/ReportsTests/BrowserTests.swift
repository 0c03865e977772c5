import Foundation
import Reports
import Testing

/// The report in a real browser, where there is one.
@Suite(.serialized, .enabled(if: Chromium.path != nil, "there is no Chromium")) struct BrowserTests
{
  /// What the page finds when it looks at itself.
  struct Findings: Decodable {
    var problems: [String]
    var empty: [String]
    var wide: [String]
    var tips: [String]
    var width: Int
    var scroll: Int
    var figures: Int
    var sorted: String?
  }

  @Test(arguments: [("light", 3), ("dark", 3), ("light", 20)])
  func aPhoneShowsEverything(scheme: String, rows: Int) throws {
    let findings = try Chromium.findings(
      in: ReportPage([sampleReport(rows: rows)]).html, width: 380, isDark: scheme == "dark")
    #expect(findings.problems.isEmpty && findings.empty.isEmpty && findings.wide.isEmpty)
    #expect(findings.width <= 380 && findings.scroll <= findings.width)
    // Two of differences, two of curves; of each row two of terms and its relations; two
    // distributions, the embedding, three of retrieved images.
    #expect(findings.figures == 4 + 3 * rows + 6)
    #expect(findings.sorted == "ascending")
    #expect(findings.tips.count == 2 && findings.tips[0].contains("<b>kd</b>\nmean +2.00"))
    #expect(findings.tips[1].contains("image 7 (<i>dog</i>)"))
  }

  @Test func aWideScreenAndSeveralRuns() throws {
    let runs = ["one", "two"].map { sampleReport(title: $0) }
    let findings = try Chromium.findings(in: ReportPage(runs).html, width: 1200, isDark: false)
    #expect(findings.problems.isEmpty && findings.empty.isEmpty && findings.wide.isEmpty)
    #expect(findings.scroll <= findings.width)
  }

  /// The page finds what is wrong with itself.
  @Test func whatIsWrongIsFound() throws {
    let html = ReportPage([sampleReport()]).html
      .replacing("<h1>", with: "<div style=\"width: 900px\">wide</div><h1>")
      .replacing("id=\"run1-loss\" class=\"\">", with: "id=\"run1-loss\" class=\"\"></figure>")
      .replacing("\"use strict\";", with: "\"use strict\"; setTimeout(() => missing(), 0);")
    let findings = try Chromium.findings(in: html, width: 380, isDark: false)
    #expect(findings.wide.count == 1 && findings.scroll > findings.width)
    #expect(findings.empty == ["run1-loss"])
    #expect(findings.problems.contains { $0.contains("missing is not defined") })
  }
}

/// Debian's or another Chromium, without a window.
enum Chromium {
  static let path = ["chromium", "chromium-browser", "google-chrome"].lazy.flatMap { name in
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map {
      "\($0)/\(name)"
    }
  }.first { FileManager.default.isExecutableFile(atPath: $0) }

  struct Failure: Error, CustomStringConvertible { let description: String }

  /// Loads a page in a frame of a width, since a window is never as narrow as a phone.
  static func findings(
    in html: String, width: Int, isDark: Bool
  ) throws -> BrowserTests.Findings {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "kindred-report-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data(html.utf8).write(to: folder.appending(path: "report.html"))
    let frame = """
      <body style="margin: 0">
      <iframe src="report.html#check" style="border: 0; width: \(width)px; height: 800px"></iframe>
      <script>
      addEventListener("message", event => {
        document.body.textContent = "findings " + btoa(unescape(encodeURIComponent(event.data)));
      });
      </script>
      """
    try Data(frame.utf8).write(to: folder.appending(path: "frame.html"))
    let output = try run(
      [
        "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
        "--user-data-dir=\(folder.appending(path: "profile").path)",
        "--window-size=\(max(width, 500)),900",
        "--blink-settings=preferredColorScheme=\(isDark ? 0 : 1)", "--virtual-time-budget=10000",
        "--dump-dom", folder.appending(path: "frame.html").absoluteString,
      ], in: folder)
    guard let found = output.firstMatch(of: /findings ([A-Za-z0-9+\/=]+)/),
      let data = Data(base64Encoded: String(found.1))
    else { throw Failure(description: "the page said nothing: \(output.suffix(300))") }
    return try JSONDecoder().decode(BrowserTests.Findings.self, from: data)
  }

  private static func run(_ arguments: [String], in folder: URL) throws -> String {
    guard let path else { throw Failure(description: "there is no Chromium") }
    let output = folder.appending(path: "output.txt")
    try Data().write(to: output)
    let process = Process()
    process.executableURL = URL(filePath: path)
    process.arguments = arguments
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return String(decoding: try Data(contentsOf: output), as: UTF8.self)
  }
}
