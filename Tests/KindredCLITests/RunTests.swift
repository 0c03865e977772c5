import Foundation
import KindredCLI
import Testing

/// `kindred run`, on perceptrons that a debug build trains at once.
@Suite struct RunTests {
  let folder: ScoreFolder

  static let recipe = """
    {
      data: { set: "glyphs", train: 64, test: 48 },
      teacher: { network: "mlp:8", training: { epochs: 1, batch: 32 } },
      student: { network: "mlp:4", training: { images: 32, epochs: 2, batch: 16 } },
      rows: [{ name: "ce", loss: "ce" }, { name: "rkd", loss: "ce + rkd" }],
      seeds: [1, 2],
    }
    """

  init() throws { folder = try ScoreFolder() }

  /// Runs a recipe in the folder, whose path is then taken out of what was written.
  func run(
    _ recipe: String = Self.recipe, _ more: String...
  ) throws -> (code: ExitCode, output: String, errors: String) {
    try run(recipe, more: more)
  }

  func run(
    _ recipe: String, more: [String]
  ) throws -> (code: ExitCode, output: String, errors: String) {
    try Data(recipe.utf8).write(to: URL(filePath: folder.path("recipe.json5")))
    let recording = Recording()
    let code = Program.kindred(registry: twoPapers)(
      ["run", folder.path("recipe.json5"), "--out", folder.path("out")] + more,
      console: recording.console())
    return (
      code, recording.output, recording.errors.replacing(folder.path + "/", with: "")
    )
  }

  var wasWritten: Bool { FileManager.default.fileExists(atPath: folder.path("out")) }

  func json(_ name: String) throws -> [String: Any] {
    let data = try Data(contentsOf: URL(filePath: folder.path("out/" + name)))
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  @Test func writesAFolderOfResults() throws {
    let (code, output, errors) = try run()
    #expect(code == .done, "\(errors)")
    let lines = output.split(separator: "\n")
    #expect(lines.count == 5)
    #expect(lines[0].contains("accuracy %") && lines[0].contains("to 'ce'"))
    #expect(lines[2].hasPrefix("teacher mlp:8"))
    #expect(lines[3].hasPrefix("ce ") && lines[4].hasPrefix("rkd "))

    let results = try json("results.json")
    #expect(results["schema"] as? String == "kindred-results/1")
    let rows = try #require(results["rows"] as? [[String: Any]])
    #expect(rows.map { $0["formula"] as? String } == ["ce", "ce + rkd.distance + 2*rkd.angle"])
    let recipe = try json("recipe.json")
    #expect((recipe["data"] as? [String: Any])?["seed"] as? Int == 0)

    let metrics = try String(contentsOfFile: folder.path("out/metrics.jsonl"), encoding: .utf8)
      .split(separator: "\n")
    // One epoch of the teacher, two of each of four students.
    #expect(metrics.count == 9)
    #expect(metrics[0].contains(#""learner":"teacher""#))
    #expect(metrics[8].contains(#""row":"rkd""#) && metrics[8].contains(#""name":"rkd.angle""#))

    let checkpoints = try FileManager.default.contentsOfDirectory(
      atPath: folder.path("out/checkpoints"))
    #expect(
      checkpoints.sorted() == [
        "1-ce-seed1.safetensors", "1-ce-seed2.safetensors", "2-rkd-seed1.safetensors",
        "2-rkd-seed2.safetensors", "teacher.safetensors",
      ])
  }

  /// The report has the command as one types it, with the words that name a package's program.
  @Test func theCommandCanBeTypedAgain() throws {
    try Data(Self.recipe.utf8).write(to: URL(filePath: folder.path("my recipe.json5")))
    let recording = Recording()
    let code = Program.kindred(name: "kindred with '../My Papers'", registry: twoPapers)(
      [
        "run", folder.path("my recipe.json5"), "--out", folder.path("out"), "--set", "seeds=[1]",
        "--set", "teacher.training.epochs=2",
      ], console: recording.console())
    #expect(code == .done, "\(recording.errors)")
    let program = try #require(try json("results.json")["program"] as? [String: Any])
    #expect(
      program["command"] as? String == """
        kindred with '../My Papers' run '\(folder.path("my recipe.json5"))' \
        --set 'seeds=[1]' --set teacher.training.epochs=2
        """)
  }

  /// Where there is no terminal: a line an epoch, of which the last is the training's own.
  @Test func aLineAnEpochIsEnough() throws {
    let (_, _, errors) = try run(
      Self.recipe, "--set", "teacher.training.epochs=3", "--set", "seeds=[1]")
    let lines = errors.split(separator: "\n").map { line in
      line.split(separator: " ", omittingEmptySubsequences: false)
        .map { Double($0) == nil ? $0 : "x" }.joined(separator: " ")
    }
    #expect(
      lines == [
        "glyphs: x images, x to test, x classes",
        "[1/3] teacher mlp:8  epoch 1/3  loss x  ce x  accuracy x %",
        "[1/3] teacher mlp:8  epoch 2/3  loss x  ce x  accuracy x %",
        "[1/3] teacher mlp:8  accuracy x %",
        "[2/3] ce, seed x  epoch 1/2  loss x  ce x  accuracy x %",
        "[2/3] ce, seed x  accuracy x %",
        "[3/3] rkd, seed x  epoch 1/2  loss x  ce x  rkd.distance x  rkd.angle x  accuracy x %",
        "[3/3] rkd, seed x  accuracy x %",
        "results in out",
      ])
  }

  @Test func aTerminalShowsTheStep() throws {
    try Data(Self.recipe.utf8).write(to: URL(filePath: folder.path("recipe.json5")))
    let recording = Recording()
    let code = Program.kindred(registry: twoPapers)(
      ["run", folder.path("recipe.json5"), "--out", folder.path("out")],
      console: recording.console(isTerminal: true, columns: 120))
    #expect(code == .done)
    #expect(
      recording.errors.contains(
        /\[3\/5\] rkd, seed 1  [━─]+  25 %  epoch 1\/2  step 1\/2  \d+ images\/s  ce [0-9.]+  rkd\.distance [0-9.e-]+  rkd\.angle [0-9.e-]+/
      ), "\(recording.errors)")
  }

  /// Every training has its number, those that try a weight too, and those that a run which goes on
  /// does not come to again; a teacher that is loaded has none.
  @Test func trainingsAreNumbered() throws {
    let weights = [
      "--set", "rows.1={name: 'w', loss: 'ce + weight*kd', weights: [1, 2]}", "--set", "seeds=[1]",
      "--set", "validation.images=16",
    ]
    func numbers(_ errors: String) -> [String] {
      errors.split(separator: "\n").filter { $0.contains("accuracy ") && !$0.contains("epoch") }
        .map { String($0.prefix { $0 != "%" }.split(separator: "  ")[0]) }
    }
    let (code, _, errors) = try run(Self.recipe, more: weights)
    #expect(code == .done, "\(errors)")
    #expect(
      numbers(errors) == [
        "[1/5] teacher mlp:8", "[2/5] w, weight 1", "[3/5] w, weight 2", "[4/5] ce, seed 1",
        "[5/5] w, seed 1",
      ])
    let teacher = folder.path("teacher.safetensors")
    try FileManager.default.copyItem(
      atPath: folder.path("out/checkpoints/teacher.safetensors"), toPath: teacher)
    let loaded = try run(
      Self.recipe, more: weights + ["--force", "--set", "teacher.load=\(teacher)"])
    #expect(
      numbers(loaded.errors) == [
        "teacher mlp:8", "[1/4] w, weight 1", "[2/4] w, weight 2", "[3/4] ce, seed 1",
        "[4/4] w, seed 1",
      ])
  }

  /// On a terminal of 80 columns no line is cut, however long a row's name is.
  @Test(arguments: ["rkd", "ce + rkd.distance + 2*rkd.angle, with a teacher of its own"])
  func theStepFitsEightyColumns(_ name: String) throws {
    try Data(Self.recipe.utf8).write(to: URL(filePath: folder.path("recipe.json5")))
    let recording = Recording()
    let code = Program.kindred(registry: twoPapers)(
      [
        "run", folder.path("recipe.json5"), "--out", folder.path("out"), "--set",
        "rows.1.name=\(name)",
      ], console: recording.console(isTerminal: true, columns: 80))
    #expect(code == .done)
    let drawn = recording.errors.split(whereSeparator: { $0 == "\r" || $0 == "\n" })
      .filter { $0.contains("step ") }
    #expect(drawn.contains { $0.contains(/\[3\/5\] (rkd|ce \+ rkd).*epoch 1\/2  step 1\/2/) })
    #expect(drawn.allSatisfy { $0.replacing("\u{1B}[K", with: "").count <= 79 })
    #expect(drawn.allSatisfy { !$0.hasSuffix("…") })
  }

  /// A term that hardly counts is warned of as soon as its training ends, and in the results.
  @Test func theBalanceIsReported() throws {
    let (_, _, errors) = try run(
      Self.recipe, "--set", "rows.1.loss=ce + 1e-6*kd", "--set", "seeds=[1]")
    let lines = errors.split(separator: "\n").map(String.init)
    let end = try #require(lines.firstIndex { $0.hasPrefix("[3/3] rkd, seed 1  accuracy ") })
    #expect(lines[end + 1].hasPrefix("warning: rkd, seed 1: 'ce' has 100 % of the terms'"))
    #expect(lines[end + 2].hasPrefix("warning: rkd, seed 1: 'kd' has "))
    #expect(lines.count { $0.hasPrefix("warning: ") } == 2)
    let rows = try #require(try json("results.json")["rows"] as? [[String: Any]])
    #expect((rows[0]["warnings"] as? [String]) == [])
    let warnings = try #require(rows[1]["warnings"] as? [String])
    #expect(warnings.map { "warning: rkd, " + $0 } == Array(lines[(end + 1)...(end + 2)]))
    let metrics = try String(contentsOfFile: folder.path("out/metrics.jsonl"), encoding: .utf8)
    let last = try #require(metrics.split(separator: "\n").last)
    for key in ["share", "gradientNorm", "cosine"] { #expect(last.contains("\"\(key)\":")) }
  }

  @Test func metricsOfARecipeAreColumns() throws {
    let (code, output, _) = try run(
      Self.recipe, "--set", "evaluation={recall: [1], neighbours: [3]}", "--set",
      "data.heldOut=[14, 15]")
    #expect(code == .done)
    let lines = output.split(separator: "\n").map { $0.split(separator: " ") }
    #expect(lines[0].joined(separator: " ") == "loss accuracy % to 'ce' recall@1 % knn@3 % time")
    let rows = try #require(try json("results.json")["rows"] as? [[String: Any]])
    let metrics = try #require(rows[1]["metrics"] as? [String: [String: Any]])
    #expect(metrics.keys.sorted() == ["accuracy", "knn@3", "recall@1"])
    let recall = try #require(metrics["recall@1"])
    #expect(
      recall.keys.sorted() == ["differenceToFirst", "mean", "standardDeviation", "values"])
    let mean = try #require(recall["mean"] as? Double)
    #expect(lines[4].contains(Substring(String(format: "%.2f", mean * 100))))
    let teacher = try #require(try json("results.json")["teacher"] as? [String: Any])
    let known = try #require(teacher["metrics"] as? [String: Double])
    #expect(known.keys.sorted() == ["accuracy", "knn@3", "recall@1"])
    #expect(lines[2].contains(Substring(String(format: "%.2f", (known["knn@3"] ?? 0) * 100))))
  }

  @Test func theResultAsJSONIsTheFile() throws {
    let (code, output, _) = try run(Self.recipe, "--format", "json", "--threads", "1")
    #expect(code == .done)
    #expect(
      output == (try String(contentsOfFile: folder.path("out/results.json"), encoding: .utf8))
        + "\n")
  }

  @Test func aFolderThatExistsIsLeftAlone() throws {
    try FileManager.default.createDirectory(
      atPath: folder.path("out"), withIntermediateDirectories: false)
    let (code, _, errors) = try run()
    #expect(code == .inputOutput)
    #expect(errors == "kindred: 'out' exists; --force overwrites it\n")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("out")) == [])
    #expect(try run(Self.recipe, "--force").code == .done)
  }

  @Test(arguments: [
    (
      #"{ rows: [{ loss: "ce" }], sedes: [1] }"#,
      """
      kindred: recipe.json5: no 'sedes' (did you mean 'seeds'?); choose from 'name', \
      'claim', 'source', 'comparisons', 'design', 'data', 'teacher', 'student', 'rows', 'evaluation', 'validation', 'seeds'

      """
    ),
    (
      #"{ data: { set: "glyphs" }, rows: [{ loss: "ce + rkd.distanc" }] }"#,
      """
      kindred: recipe.json5: rows[0].loss: no term 'rkd.distanc' (did you mean \
      'rkd.distance'?); choose from 'adaptive', 'ce', 'cosineRamp', 'gradientNorm', 'kd', 'logits', 'match', 'ramp', 'rkd', 'rkd.angle', 'rkd.distance', 'uncertainty', at column 6 of
        ce + rkd.distanc
             ^

      """
    ),
    (
      #"{ data: { set: "glyphs" }, rows: [{ loss: "ce" }], seeds: "one" }"#,
      "kindred: recipe.json5: seeds: expected a list […], not 'one'\n"
    ),
    (
      #"{ rows: [{ loss: "ce" }], student: { training: { epochs: 1.5 } } }"#,
      """
      kindred: recipe.json5: student.training.epochs: expected a whole number, not the number 1.5

      """
    ),
    (
      #"{ data: { set: "glyphs" }, rows: [{ loss: "kd" }] }"#,
      "kindred: recipe.json5: teacher: a row's loss needs a teacher\n"
    ),
  ])
  func aWrongRecipeWritesNothing(_ recipe: String, _ message: String) throws {
    let (code, output, errors) = try run(recipe)
    #expect(code == .badData)
    #expect(output == "")
    #expect(errors == message)
    #expect(!wasWritten)
  }

  @Test func missingFilesAreNamed() throws {
    let recording = Recording()
    let code = Program.kindred(registry: twoPapers)(
      ["run", folder.path("nowhere.json5")], console: recording.console())
    #expect(code == .missingFile)
    #expect(
      recording.errors.replacing(folder.path + "/", with: "")
        == "kindred: 'nowhere.json5' does not exist\n")

    let data = try run(#"{ rows: [{ loss: "ce" }] }"#, "--data", folder.path("nowhere"))
    #expect(data.code == .missingFile)
    #expect(
      data.errors.replacing(folder.path + "/", with: "")
        == "kindred: the data was not found in 'nowhere'; there is no such folder\n")

    // A folder's name is no JSON5.
    let quoted = try run(#"{ rows: [{ loss: "ce" }] }"#, "--data", folder.path(#"a"b\c"#))
    #expect(quoted.code == .missingFile)
    #expect(quoted.errors.contains(#"'a"b\c'"#))

    let teacher = try run(
      Self.recipe, "--set", "teacher.load=\(folder.path("teacher.safetensors"))")
    #expect(teacher.code == .missingFile)
    #expect(!wasWritten)
  }

  @Test func damagedImagesAreNamed() throws {
    let header: [UInt8] = [0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 2]
    let labels: [UInt8] = [0, 0, 8, 1, 0, 0, 0, 3, 0, 1, 2]
    try FileManager.default.createDirectory(
      atPath: folder.path("images"), withIntermediateDirectories: false)
    try Data(header + [UInt8](repeating: 0, count: 11)).write(
      to: URL(filePath: folder.path("images/train-images-idx3-ubyte")))
    try Data(labels).write(to: URL(filePath: folder.path("images/train-labels-idx1-ubyte")))
    let (code, output, errors) = try run(
      #"{ rows: [{ loss: "ce" }] }"#, "--data", folder.path("images"))
    #expect(code == .badData)
    #expect(output == "")
    #expect(
      errors == """
        kindred: 'images/train-images-idx3-ubyte': it claims images of shape [3, 2, 2], more than \
        a file of 27 bytes can hold

        """)
    #expect(!wasWritten)
  }

  @Test func aDataSetWithoutFilesHasNoFolder() throws {
    let (code, _, errors) = try run(Self.recipe, "--data", folder.path)
    #expect(code == .usage)
    #expect(
      errors.hasPrefix("kindred: '--data' names a folder, and 'glyphs' has no files\nUsage: "))
    #expect(!wasWritten)
  }

  /// A network that is not trained guesses, and how well it guesses is said.
  @Test func noEpochsAreARun() throws {
    let (code, _, errors) = try run(
      Self.recipe, "--set", "student.training.epochs=0", "--set", "seeds=[1]")
    #expect(code == .done)
    let lines = errors.split(separator: "\n")
    for row in ["[2/3] ce", "[3/3] rkd"] {
      let line = lines.first { $0.hasPrefix("\(row), seed 1  accuracy ") }
      #expect(line?.hasSuffix("%") == true, "\(errors)")
    }
  }

  @Test func aRunHasAThread() throws {
    let (code, _, errors) = try run(Self.recipe, "--threads", "0")
    #expect(code == .usage)
    #expect(
      errors.hasPrefix("kindred: '--threads' takes a whole number of 1 or more, not '0'\nUsage: "))
    #expect(!wasWritten)
  }
}
