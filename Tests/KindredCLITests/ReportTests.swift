import Experiments
import Foundation
import Kindred
import KindredCLI
import Reports
import Testing

/// `kindred report`, and the report that `kindred run` writes.
@Suite struct ReportTests {
  let folder: ScoreFolder
  let out: String

  init() throws {
    folder = try ScoreFolder()
    out = folder.path("out")
    try Data(RunTests.recipe.utf8).write(to: URL(filePath: folder.path("recipe.json5")))
    let (code, errors) = kindred(
      "run", folder.path("recipe.json5"), "--out", out, "--set", "claim='rkd > ce'", "--set",
      "comparisons=[{row: 'rkd', primary: true}]", "--set", "evaluation={recall: [1]}", "--set",
      "rows.0.name=<b>")
    try #require(code == .done, "\(errors)")
  }

  func kindred(_ words: String...) -> (code: ExitCode, errors: String) {
    let recording = Recording()
    let code = Program.kindred(registry: twoPapers)(words, console: recording.console())
    return (code, recording.errors.replacing(folder.path + "/", with: ""))
  }

  func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

  func remove(_ name: String) throws {
    try FileManager.default.removeItem(atPath: out + "/" + name)
  }

  @Test func aRunHasAReport() throws {
    let page = try text(out + "/report.html")
    #expect(page.contains("rkd &gt; ce") && page.contains("rkd’ over ‘&lt;b&gt;’ in accuracy"))
    for part in ["accuracy", "row2-terms", "relations2", "embedding", "retrieval1"] {
      #expect(page.contains("id=\"run1-\(part)\""), "\(part)")
    }
    #expect(page.contains("The first test image of each of 6 classes, and the nearest"))
    #expect(page.contains("--set &#39;rows.0.name=&lt;b&gt;&#39;"))
    #expect(page.contains("L = −") || page.contains("log softmax"))
    #expect(!page.contains("<b>"))
    let size = try #require(
      try FileManager.default.attributesOfItem(atPath: out + "/diagnostics.json")[.size] as? Int)
    #expect(size < 2_000_000)
  }

  /// A run shows its primary comparisons below its table, and results.json holds their analysis.
  @Test func primaryComparisonsAreShown() throws {
    let recording = Recording()
    let code = Program.kindred(registry: twoPapers)(
      [
        "run", folder.path("recipe.json5"), "--out", out, "--resume", "--set", "claim='rkd > ce'",
        "--set", "comparisons=[{row: 'rkd', primary: true}]", "--set", "evaluation={recall: [1]}",
        "--set", "rows.0.name=<b>",
      ], console: recording.console())
    #expect(code == .done, "\(recording.errors)")
    let results = try Results.read(Data(contentsOf: URL(filePath: out + "/results.json")))
    #expect(recording.output == results.text(width: 80))
    #expect(recording.output.contains("Design: 1 primary comparison of 2 seeds"))
    #expect(results.analysis?.comparisons.count == 1)
    #expect(results.analysis == Results.Analysis(of: results))
  }

  @Test func itIsBuiltAgainFromTheFiles() throws {
    let page = try text(out + "/report.html")
    try remove("report.html")
    try remove("checkpoints")
    #expect(kindred("report", out).code == .done)
    #expect(try text(out + "/report.html") == page)
    #expect(kindred("report", out).code == .done)

    try remove("diagnostics.json")
    let (code, errors) = kindred("report", out)
    #expect(code == .done)
    #expect(errors == "'out' has no diagnostics.json: no relations, no embeddings\n")
    #expect(!(try text(out + "/report.html")).contains("run1-embedding"))
  }

  /// The command that knows the papers is the one that the run was started with, if it was another.
  @Test func papersThatAreNotKnownAreNamed() throws {
    let recording = Recording()
    let registry = Registry(papers: [KD.self])
    let path = out + "/results.json"
    for (old, new, command) in [
      ("\"kindred run ", "\"kindred run ", "kindred with PACKAGE"),
      ("\"kindred run ", "\"kindred with . run ", "kindred with ."),
      ("\"kindred with . run ", "\"My-Tool run ", "My-Tool"),
    ] {
      try Data(try text(path).replacing(old, with: new).utf8).write(to: URL(filePath: path))
      let recording = Recording()
      let program = Program.kindred(registry: registry)
      #expect(program(["report", out], console: recording.console()) == .done)
      #expect(
        recording.errors == """
          warning: '\(out)' has losses with 'rkd.distance', which this program does not know: no \
          equations, no graphs; '\(command) report \(out)' draws them

          """)
      #expect(kindred("report", out) == (.done, ""))
    }
    let program = Program.kindred(registry: registry)
    #expect(
      program(["report", out, "--format", "markdown"], console: recording.console()) == .done)
    #expect(recording.errors == "")
  }

  @Test func severalRunsAreOneReport() throws {
    let both = folder.path("both.html")
    let other = folder.path("again/out")
    try FileManager.default.createDirectory(
      atPath: folder.path("again"), withIntermediateDirectories: false)
    try FileManager.default.copyItem(atPath: out, toPath: other)
    #expect(kindred("report", out, other, "--out", both).code == .done)
    let page = try text(both)
    #expect(page.contains("id=\"run2-accuracy\"") && page.contains("<h1>2 runs</h1>"))
    for name in [out, other] { #expect(page.contains(" (\(name))</h2>")) }
    let again = kindred("report", out, out, "--out", both)
    #expect(again.code == .inputOutput && again.errors.contains("'both.html' exists"))
    #expect(kindred("report", out, out, "--out", both, "--force").code == .done)
    #expect(kindred("report", out, out).code == .usage)
    #expect(
      kindred("report") == (
        .usage,
        """
        kindred: missing DIR
        Usage: kindred report DIR... [--out FILE] [--format html|markdown] [--force]
        See 'kindred report --help'.

        """
      ))
  }

  /// Whatever is wrong, the report that is there stays, and no other is begun.
  @Test func wrongResultsAreNamedAndNothingIsWritten() throws {
    let good = folder.path("good")
    try FileManager.default.copyItem(atPath: out, toPath: good)
    try Data("old".utf8).write(to: URL(filePath: out + "/report.html"))
    let path = out + "/results.json"
    let results = try text(path)
    let before = try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted()

    for (wrong, code, message) in [
      (nil, ExitCode.missingFile, "'out/results.json' does not exist"),
      ("", .badData, "out/results.json: not JSON: "),
      (String(results.prefix(results.count / 2)), .badData, "out/results.json: not JSON: "),
      ("[]", .badData, "out/results.json: "),
      (
        "{\"schema\": \"kindred-results/1\", \"recipe\": -1}", .badData,
        "out/results.json: 'recipe' {…} is missing\n"
      ),
      (
        results.replacing("kindred-results/1", with: "kindred-results/2"), .badData,
        "out/results.json: its schema is 'kindred-results/2', and not 'kindred-results/1'\n"
      ),
      (
        results.replacing("\"seeds\"", with: "\"sedes\""), .badData,
        "out/results.json: no 'sedes' (did you mean 'seeds'?); choose from 'name'"
      ),
      (
        results.replacing("\"histories\"", with: "\"h\"").replacing("\"history\"", with: "\"h\""),
        .badData, "out/results.json: in "
      ),
    ] {
      if let wrong {
        try Data(wrong.utf8).write(to: URL(filePath: path))
      } else {
        try remove("results.json")
      }
      for arguments in [[out], [good, out, "--out", folder.path("both.html")]] {
        let recording = Recording()
        let found = Program.kindred(registry: twoPapers)(
          ["report"] + arguments, console: recording.console())
        let errors = recording.errors.replacing(folder.path + "/", with: "")
        #expect(found == code && errors.hasPrefix("kindred: " + message), "\(errors)")
        #expect(recording.output.isEmpty)
      }
      #expect(try text(out + "/report.html") == "old")
      try Data(results.utf8).write(to: URL(filePath: path))
      #expect(
        try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted() == before)
    }
  }

  @Test func wrongFilesAreNamed() throws {
    let missing = kindred("report", folder.path("nowhere"))
    #expect(missing.code == .missingFile)
    #expect(missing.errors == "kindred: 'nowhere/results.json' does not exist\n")

    let path = out + "/diagnostics.json"
    let diagnostics = try text(path)
    for (wrong, message) in [
      ("{", "out/diagnostics.json: not JSON"),
      ("{}", "out/diagnostics.json: 'schema' is missing"),
      (
        diagnostics.replacing(/"labels":\[\d+,/, with: "\"labels\":["),
        "out/diagnostics.json: the teacher has features of 48 images, not 47"
      ),
      (
        diagnostics.replacing(/"queries":\[\d+,/, with: "\"queries\":[9999,"),
        "out/diagnostics.json: no thumbnail 9999"
      ),
      (
        diagnostics.replacing(/"height":28/, with: "\"height\":-28")
          .replacing(/"width":28/, with: "\"width\":-28"),
        "out/diagnostics.json: the height of thumbnails is -28, and not 1 to 4096"
      ),
      (
        diagnostics.replacing(/"height":28/, with: "\"height\":28e1"),
        "out/diagnostics.json: a thumbnail has not 280×28 pixels"
      ),
      (
        diagnostics.replacing(/"width":28/, with: "\"width\":9223372036854775807"),
        "out/diagnostics.json: the width of thumbnails is 9223372036854775807, and not 1 to 4096"
      ),
      (
        diagnostics.replacing(
          /"labels":\[/, with: "\"labels\":[" + String(repeating: "0,", count: 400)),
        "out/diagnostics.json: it has 448 labels; 350 are the most"
      ),
      (
        diagnostics.replacing(/"layer":/, with: "\"layer\":\"a\",\"layer\":"),
        "out/diagnostics.json: the key 'layer' stands twice: at line 1, column "
      ),
      (
        diagnostics.replacing(/"features":\[\[/, with: "\"features\":[[1e39,"),
        "out/diagnostics.json: the teacher has features of different lengths"
      ),
      (
        diagnostics.replacing(/"features":\[\[[^,]*/, with: "\"features\":[[1e39"),
        "out/diagnostics.json: the teacher has a feature beyond Float32"
      ),
    ] {
      try Data(wrong.utf8).write(to: URL(filePath: path))
      let (code, errors) = kindred("report", out)
      #expect(code == .badData && errors.contains(message), "\(errors)")
    }

    try Data("{\"schema\": \"x\"}".utf8).write(to: URL(filePath: out + "/results.json"))
    let (code, errors) = kindred("report", out)
    #expect(code == .badData)
    #expect(
      errors
        == "kindred: out/results.json: its schema is 'x', and not 'kindred-results/1'\n")
  }

  /// Every number of a file has bounds, which are said.
  @Test(arguments: [
    ("\"seconds\" : -1", "the teacher mlp:8 took -1.0 seconds"),
    ("\"seconds\" : 1e308", "the teacher mlp:8 took 1e+308 seconds"),
    ("\"seconds\" : 1e99", nil),
    (
      "\"parameters\" : -9223372036854775808",
      "the teacher mlp:8 has -9223372036854775808 parameters"
    ),
    ("\"parameters\" : 9223372036854775807", nil),
    (
      "\"epoch\" : 9223372036854775807",
      "the teacher mlp:8 has an epoch 9223372036854775807, and not 1 to 1000000"
    ),
    ("\"epoch\" : 0", "the teacher mlp:8 has an epoch 0, and not 1 to 1000000"),
    ("\"mean\" : -1.7e308", "'rkd' has the recall@1 -1.7e+308, which is beyond ±1e+100"),
    ("\"loss\" : 1.7e308", nil), ("\"loss\" : 5e-324", nil), ("\"gradientNorm\" : 1e-300", nil),
    ("\"weight\" : 1.7e308", nil),
    (
      "\"accuracy\" : 1e300", "the teacher mlp:8 has the accuracy 1e+300, which is beyond ±1e+100"
    ),
    (
      "\"loss\" : 1, \"loss\" : 2", "the key 'loss' stands twice: at line "
    ),
  ])
  func absurdNumbersInResultsAreNamed(_ member: String, _ problem: String?) throws {
    let path = out + "/results.json"
    let results = try text(path)
    let name = String(member.prefix { $0 != ":" })
    let place = try #require(
      results.ranges(of: name).last { results[$0.upperBound...].first == ":" })
    let rest = results[place.upperBound...]
    let end = try #require(rest.firstIndex { $0 == "," || $0 == "\n" })
    try Data((results[..<place.lowerBound] + member + rest[end...]).utf8)
      .write(to: URL(filePath: path))
    for format in ["html", "markdown"] {
      let (code, errors) = kindred("report", out, "--format", format)
      if let problem {
        #expect(code == .badData)
        #expect(errors.hasPrefix("kindred: out/results.json: \(problem)"), "\(errors)")
      } else {
        #expect(code == .done, "\(errors)")
      }
    }
  }

  @Test func bytesThatAreNoTextAreNamed() throws {
    for name in ["results.json", "diagnostics.json"] {
      let data = try Data(contentsOf: URL(filePath: out + "/" + name))
      try (data.prefix(1) + Data([0xFC]) + data.dropFirst()).write(
        to: URL(filePath: out + "/" + name))
      let (code, errors) = kindred("report", out)
      #expect(code == .badData)
      #expect(
        errors == "kindred: out/\(name): the byte 0xFC at line 1, column 2 is not UTF-8; save the "
          + "file as UTF-8\n")
      try data.write(to: URL(filePath: out + "/" + name))
    }
  }

  @Test func claimsAndNumbersAsMarkdown() throws {
    let recording = Recording()
    let program = Program.kindred(registry: twoPapers)
    #expect(
      program(["report", out, "--format", "markdown"], console: recording.console()) == .done)
    let results = try Results.read(Data(contentsOf: URL(filePath: out + "/results.json")))
    let text = recording.output
    let name = results.recipe.name.isEmpty ? "out" : results.recipe.name
    #expect(text.hasPrefix("## \(name)\n\nThe claim: rkd > ce\n\n"))
    let difference = try #require(results.difference(of: results.recipe.comparisons[0]))
    let mean = NumberFormat.difference(difference.mean * 100, standardError: nil, digits: 2)
    #expect(text.contains("| rkd over \\<b> | accuracy | \(mean) | "), "\(text)")
    let accuracy = try #require(results.rows[0].metrics["accuracy"])
    #expect(
      text.contains(
        "| \\<b> | `\(results.rows[0].formula)` | "
          + NumberFormat.mean(
            accuracy.mean * 100, deviation: accuracy.standardDeviation.map { $0 * 100 }, digits: 2))
    )
    #expect(kindred("report", out, "--format", "markdown", "--out", "x").code == .usage)
  }
}
