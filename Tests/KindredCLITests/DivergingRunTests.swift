import Experiments
import Foundation
import KindredCLI
import Testing

/// `kindred run` and `kindred report` where students diverge.
@Suite struct DivergingRunTests {
  let tests: RunTests

  init() throws { tests = try RunTests() }

  /// Two rows of three have a student, and so have two of the three seeds of one of these.
  static let rows = """
    rows=[{ name: "ce", loss: "ce" }, { name: "late", loss: "ce + 1e38*ramp(logits, start: 0.25)" },
      { name: "w", loss: "ce + weight*logits", weights: [1e38, 1] },
      { name: "pupil", loss: "kd", taughtBy: "late" }]
    """

  func run(_ more: [String] = []) throws -> (code: ExitCode, output: String, errors: String) {
    try Data(RunTests.recipe.utf8).write(to: URL(filePath: tests.folder.path("recipe.json5")))
    return try program(
      ["run", tests.folder.path("recipe.json5"), "--out", tests.folder.path("out")] + more)
  }

  func program(
    _ words: [String]
  ) throws -> (code: ExitCode, output: String, errors: String) {
    let recording = Recording()
    let code = Program.kindred(registry: twoPapers)(words, console: recording.console())
    return (
      code, recording.output, recording.errors.replacing(tests.folder.path + "/", with: "")
    )
  }

  func text(_ name: String) throws -> String {
    try String(contentsOfFile: tests.folder.path("out/" + name), encoding: .utf8)
  }

  @Test func everythingElseIsWritten() throws {
    let changes = ["--set", Self.rows, "--set", "validation.images=16"]
    let (code, output, errors) = try run(changes)
    #expect(code == .failed, "\(errors)")
    let lines = output.split(separator: "\n")
    #expect(lines.count == 7 && lines[0].contains("seeds"), "\(output)")
    #expect(lines[3].hasPrefix("ce ") && lines[3].contains("  2 of 2  "))
    #expect(
      lines[4].split(whereSeparator: \.isWhitespace)
        == ["late", "diverged", "–", "0", "of", "2", "–"])
    #expect(lines[5].hasPrefix("w "))
    #expect(lines[6].hasPrefix("pupil ") && lines[6].contains("  not trained  "))

    // At once, and at the end, with what may help.
    let place = try #require(
      errors.firstMatch(of: /late, seed 1  diverged: (its .* became \S+ in epoch 2, step 2)\n/))
    #expect(errors.contains("w, weight 1e+38  diverged: its "))
    let start = try #require(errors.range(of: "results in out\n"))
    #expect(
      errors[start.upperBound...] == """
        kindred: 4 of 8 students are missing:
          'late' with seeds 1, 2 diverged: \(place.1).
          'pupil' with seeds 1, 2 was not trained: its teacher, the student of 'late', diverged.
        A lower rate or weight may help.

        """, "\(errors)")
    for name in ["results.json", "report.html", "diagnostics.json", "metrics.jsonl"] {
      #expect(!(try text(name)).isEmpty)
    }
    let saved = tests.folder.path("out/checkpoints/run.safetensors")
    #expect(!FileManager.default.fileExists(atPath: saved))
    // The teacher; the two candidates, of which one diverges in its first; one of each that diverges
    // in its second.
    let metrics = try text("metrics.jsonl").split(separator: "\n")
    #expect(metrics.count { $0.contains("\"late\"") } == 2)
    #expect(metrics.count { $0.contains("\"pupil\"") } == 0)

    // It is over, and is not run again.
    let before = try text("results.json")
    let again = try run(changes + ["--resume"])
    #expect(again.code == .failed && again.output == output)
    #expect(
      again.errors.hasPrefix("results in out, which were there\nkindred: 4 of 8 students are"))
    #expect(try text("results.json") == before)
  }

  @Test func aRowWithoutAStudentIsSaidEverywhere() throws {
    _ = try run([
      "--set", Self.rows, "--set", "validation.images=16", "--set",
      "comparisons=[{row: 'late'}, {row: 'w'}]",
    ])
    let page = try text("report.html")
    #expect(page.contains("4 of 8 students are missing:"))
    #expect(page.contains("‘late’ over ‘ce’ in accuracy: not measured"))
    #expect(
      page.contains(
        "<th scope=\"row\" data-value=\"late\">late</th><td class=\"number\" data-value=\"\">diverged</td>"
      ))
    #expect(page.contains("0 of 2") && page.contains(">not trained</td>"))
    #expect(page.contains("No seed in common: ‘late’, ‘pupil’."))
    #expect(!page.contains(">NaN") && !page.contains("nan %"))

    let out = tests.folder.path("out")
    #expect(try program(["report", out]).code == .done)
    #expect(try text("report.html") == page)
    let both = tests.folder.path("both.html")
    #expect(try program(["report", out, out, "--out", both]).code == .done)
    let several = try String(contentsOfFile: both, encoding: .utf8)
    #expect(several.contains("data-value=\"\">diverged</td>") && !several.contains(">NaN"))

    let markdown = try program(["report", out, "--format", "markdown"]).output
    #expect(markdown.contains("| late over ce | accuracy | – | – | 0 | not measured |"))
    #expect(markdown.contains("| late | `ce + 1e+38*ramp(logits, start: 0.25)` | diverged |"))
    #expect(markdown.contains("| pupil | `kd` | not trained |"))
    #expect(markdown.contains("\n4 of 8 students are missing:\n\n- 'late' with seed"))
    #expect(markdown.contains("| w | 1e+38: diverged, 1: "))
  }

  /// Where the first row lacks a seed, differences to it have fewer pairs than others have seeds.
  @Test func fewerSeedsAreSaid() throws {
    #expect(try run(["--set", "seeds=[1, 2, 3]"]).code == .done)
    var results = try tests.json("results.json")
    var rows = try #require(results["rows"] as? [[String: Any]])
    var metrics = try #require(rows[0]["metrics"] as? [String: [String: Any]])
    let values = try #require(metrics["accuracy"]?["values"] as? [Double])
    metrics["accuracy"] = [
      "values": [values[0], values[2]], "seeds": [1, 3], "mean": 0.5, "standardDeviation": 0.25,
    ]
    rows[0]["metrics"] = metrics
    rows[0]["history"] = (rows[0]["history"] as? [Any])?.prefix(2).map { $0 }
    rows[0]["divergences"] = [
      ["seed": 2, "learner": "student", "problem": "its term 'ce' became nan"]
    ]
    results["rows"] = rows
    try JSONSerialization.data(withJSONObject: results)
      .write(to: URL(filePath: tests.folder.path("out/results.json")))
    #expect(try program(["report", tests.folder.path("out")]).code == .done)
    let page = try text("report.html")
    #expect(page.contains(">2 of 3</td>") && page.contains(">3, 2 paired</td>"))
    #expect(page.contains("1 of 6 students is missing:"))
    #expect(
      page.contains(
        "'ce' with seed 2 diverged: its term 'ce' became nan."
          .replacing("'", with: "&#39;")))
    let percent = { (value: Double) in
      String(format: "%.2f", value * 100)
    }
    #expect(
      page.contains(
        "seed 1: \(percent(values[0])) %, seed 3: \(percent(values[2])) %"))
    #expect(page.contains("Line: mean of 3 seeds, 2 for ‘ce’."))
    let again = try run(["--set", "seeds=[1, 2, 3]", "--resume"])
    #expect(again.code == .failed && again.output.contains(" (2 pairs) "), "\(again.output)")
    let markdown = try program(
      ["report", tests.folder.path("out"), "--format", "markdown"]).output
    #expect(markdown.contains("| ce | `ce` | 50.00 ± 25.00, 2 of 3 seeds |"))
  }

  @Test func theOnlyRowDiverging() throws {
    let (code, output, errors) = try run([
      "--set", "rows=[{ loss: 'ce' }]", "--set", "student.training.optimizer.rate=1e20",
    ])
    #expect(code == .failed)
    let line = output.split(separator: "\n").last?.split(whereSeparator: \.isWhitespace)
    #expect(line == ["ce", "diverged", "0", "of", "2", "–"], "\(output)")
    #expect(errors.contains("kindred: no student was trained to the end:\n  'ce' with seed"))
    #expect(
      errors.contains(" diverged: its term 'ce' became") && errors.contains("in epoch 1, step 2."))
    #expect(errors.hasSuffix("\nA lower rate or weight may help.\n"))
    let page = try text("report.html")
    #expect(page.contains("No student was trained to the end:") && !page.contains(">NaN"))
    #expect(
      page.contains(
        "data-value=\"ce\">ce</th><td class=\"number\" data-value=\"\">diverged</td>"))
  }

  /// A step that leaves finite weights can be so large that no output is a number.
  @Test func aLastStepTooLargeIsADivergence() throws {
    let (code, _, errors) = try run([
      "--set", "rows=[{ loss: 'ce' }, { name: 'far', loss: 'ce + 1e36*logits' }]", "--set",
      "student.training.epochs=1", "--set", "student.training.batch=32",
    ])
    #expect(code == .failed)
    #expect(
      errors.contains("'far' with seeds 1, 2 diverged: its output 'logits' became"), "\(errors)")
  }

  /// A weight that is not taken is no failure.
  @Test func aStudentThatTriesAWeightMayDiverge() throws {
    let (code, _, errors) = try run([
      "--set", "rows=[{ loss: 'ce + weight*logits', weights: [1e38, 1] }]", "--set",
      "validation.images=16",
    ])
    #expect(code == .done, "\(errors)")
    #expect(errors.contains("weight 1e+38  diverged: its "))
    #expect(!errors.contains("missing") && !errors.contains("may help"))
  }

  @Test func twoTeachersOfOneNetworkAreToldApart() throws {
    let (code, output, errors) = try run([
      "--set",
      "rows=[{ loss: 'kd' }, { name: 'other', loss: 'kd', teacher: { network: 'mlp:8', seed: 5 } }]",
    ])
    #expect(code == .done)
    #expect(errors.contains("teacher mlp:8  accuracy"))
    for text in [errors, output, try text("report.html")] {
      #expect(text.contains("mlp:8, number 2"), "\(text.prefix(2000))")
    }
  }

  /// The name by which formulas call a teacher is in every line and table that is about it.
  @Test func teachersHaveTheNamesThatFormulasKnow() throws {
    let (code, output, errors) = try run([
      "--set", "teacher=[{ network: 'mlp:8' }, { name: 'small', network: 'mlp:4' }]",
      "--set", "rows=[{ loss: 'kd + kd(teacher: small)' }]",
    ])
    #expect(code == .done, "\(errors)")
    #expect(errors.contains("[1/4] teacher mlp:8  accuracy"), "\(errors)")
    #expect(errors.contains("[2/4] teacher small (mlp:4)  accuracy"))
    #expect(output.contains("\nteacher small (mlp:4)  "), "\(output)")
    #expect(try text("report.html").contains("<small>small (mlp:4)</small>"))
    let markdown = try program(["report", tests.folder.path("out"), "--format", "markdown"]).output
    #expect(markdown.contains("| teacher small (mlp:4) |"), "\(markdown)")
  }

  /// From a file without `teacher`, every row is drawn beside the first, as it was.
  @Test func olderDiagnosticsAreDrawnAsBefore() throws {
    #expect(
      try run([
        "--set",
        """
        rows=[{ name: "ce", loss: "ce" }, { name: "kd", loss: "kd" },
          { name: "own", loss: "kd", teacher: { network: "mlp:6" } },
          { name: "self", loss: "kd", taughtBy: "ce" }]
        """,
      ]).code == .done)
    func titles() throws -> [String] {
      try text("report.html").matches(of: /<h4>((?:Relations|Distances|Errors)[^<]*)/)
        .map { String($0.1) }
    }
    #expect(
      try titles() == [
        "Relations: teacher mlp:8 and ce", "Relations: teacher mlp:8 and kd",
        "Relations: teacher mlp:6 and own", "Relations: ce and self",
        "Distances: teacher mlp:8 and its rows", "Distances: teacher mlp:6 and its rows",
        "Distances: ce and its rows", "Errors of distances", "Errors of angles",
      ])
    let page = try text("report.html")
    #expect(
      page.contains(
        "beside its own teacher: ‘kd’ beside teacher mlp:8; ‘own’ beside teacher mlp:6; "
          + "‘self’ beside ‘ce’. "
          + "Without a teacher that is drawn, beside teacher mlp:8 only for comparison: ‘ce’."))
    let path = tests.folder.path("out/diagnostics.json")
    let written = try text("diagnostics.json")
    var object = try tests.json("diagnostics.json")
    var networks = try #require(object["networks"] as? [[String: Any]])
    networks.remove(at: 1)
    object["schema"] = "kindred-diagnostics/1"
    object["networks"] = networks.map { $0.filter { !["name", "teacher"].contains($0.key) } }
    try JSONSerialization.data(withJSONObject: object).write(to: URL(filePath: path))
    #expect(try program(["report", tests.folder.path("out")]).code == .done)
    #expect(
      try titles() == ["ce", "kd", "own", "self"].map { "Relations: teacher mlp:8 and \($0)" }
        + ["Distances", "Errors of distances", "Errors of angles"])
    #expect(!(try text("report.html")).contains("Without a teacher"))

    try Data(written.replacing("\"teacher\":0", with: "\"teacher\":7").utf8)
      .write(to: URL(filePath: path))
    let (code, _, errors) = try program(["report", tests.folder.path("out")])
    #expect(code == .badData)
    #expect(errors.contains("row 'kd' is taught by network 7, which is not one of the 3 before it"))
  }
}
