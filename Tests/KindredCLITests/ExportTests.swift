import Foundation
import KindredCLI
import Testing

/// `kindred export tensorboard`
@Suite struct ExportTests {
  let folder: ScoreFolder

  static let metrics = """
    {"accuracy":0.5,"epoch":1,"learner":"teacher","loss":2,"rate":0.1,"seconds":3,"terms":[]}
    {"accuracy":0.25,"epoch":1,"learner":"student","loss":1.5,"rate":0.1,"row":"a b","seconds":2,\
    "seed":7,"terms":[{"name":"ce","value":0.75,"weight":2}]}
    {"accuracy":0.75,"epoch":2,"learner":"student","loss":1.25,"rate":0.05,"row":"a b","seconds":2,\
    "seed":7,"terms":[{"name":"ce","value":0.625,"weight":2}]}
    {"accuracy":0.75,"epo
    """

  init() throws {
    folder = try ScoreFolder()
    try Data(Self.metrics.utf8).write(to: URL(filePath: folder.path("metrics.jsonl")))
  }

  func export(_ more: String...) -> (code: ExitCode, errors: String) {
    let recording = Recording()
    let code = Program.kindred(registry: twoPapers)(
      ["export", "tensorboard", folder.path] + more, console: recording.console())
    return (code, recording.errors.replacing(folder.path + "/", with: ""))
  }

  @Test func everyLearnerHasAFolder() throws {
    #expect(export().code == .done)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path("tensorboard"))
    #expect(names.sorted() == ["1-a-b-seed7", "teacher"])
    let again = export()
    #expect(again.code == .inputOutput && again.errors.contains("exists"))
    #expect(export("--force").code == .done)
  }

  /// What an event file of a learner holds, without the first record, which is the version.
  func events(_ learner: String) throws -> [EventRecord] {
    let path = folder.path("tensorboard/\(learner)/events.out.tfevents.0.kindred")
    let records = try EventRecord.read(Data(contentsOf: URL(filePath: path)))
    #expect(records.first?.version == "brain.Event:2")
    return Array(records.dropFirst())
  }

  /// Times go on from one training to the next; every number of a term is there that is known.
  @Test func everythingIsInTheFile() throws {
    let line = """
      {"accuracy":0.5,"epoch":1,"learner":"student","loss":3,"rate":0.1,"row":"kd","seconds":4,\
      "seed":7,"terms":[{"cosine":-0.5,"gradientNorm":0.125,"name":"kd","share":0.25,"value":4,\
      "weight":0.5},{"name":"off","weight":0}]}

      """
    let whole = Self.metrics.split(separator: "\n").dropLast().joined(separator: "\n") + "\n"
    try Data((whole + line).utf8).write(to: URL(filePath: folder.path("metrics.jsonl")))
    #expect(export().code == .done)
    #expect(
      try events("teacher") == [
        EventRecord(
          seconds: 3, step: 1, scalars: ["loss": 2, "accuracy": 0.5, "rate": Float(0.1)])
      ])
    let student = try events("1-a-b-seed7")
    #expect(student.map { $0.seconds } == [5, 7] && student.map { $0.step } == [1, 2])
    #expect(
      student[1].scalars == [
        "loss": 1.25, "accuracy": 0.75, "rate": 0.05, "terms/ce": 0.625, "weight/ce": 2,
        "weighted/ce": 1.25,
      ])
    #expect(
      try events("2-kd-seed7") == [
        EventRecord(
          seconds: 11, step: 1,
          scalars: [
            "loss": 3, "accuracy": 0.5, "rate": 0.1, "terms/kd": 4, "weight/kd": 0.5,
            "weighted/kd": 2, "share/kd": 0.25, "gradientNorm/kd": 0.125, "cosine/kd": -0.5,
            "weight/off": 0,
          ])
      ])
  }

  /// Students that tried a weight stand beside those of their row, by the recipe's numbers.
  @Test func studentsThatTriedAWeight() throws {
    let recipe = """
      {
        data: { set: "glyphs", train: 64, test: 48 }, validation: { images: 16, seed: 9 },
        teacher: { network: "mlp:8", training: { epochs: 1, batch: 32 } },
        student: { network: "mlp:4", training: { images: 32, epochs: 2, batch: 16 } },
        rows: [
          { name: "ce", loss: "ce" },
          { name: "a kd", loss: "ce + weight*kd", weights: [0.5, 1] },
          { name: "a-kd", loss: "ce + weight*kd", weights: [0.5, 1] },
        ],
      }
      """
    try Data(recipe.utf8).write(to: URL(filePath: folder.path("recipe.json5")))
    let recording = Recording()
    let program = Program.kindred(registry: twoPapers)
    let code = program(
      ["run", folder.path("recipe.json5"), "--out", folder.path("out")],
      console: recording.console())
    #expect(code == .done, "\(recording.errors)")
    #expect(
      program(
        ["export", "tensorboard", folder.path("out"), "--out", folder.path("tensorboard")],
        console: recording.console()) == .done)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path("tensorboard"))
    #expect(
      names.sorted() == [
        "1-ce-seed1", "2-a-kd-seed1", "2-a-kd-weight0.5-seed9", "2-a-kd-weight1-seed9",
        "3-a-kd-seed1", "3-a-kd-weight0.5-seed9", "3-a-kd-weight1-seed9", "teacher",
      ])
    // As trained: the teacher, all that try a weight, then the students.
    let order = [
      "teacher", "2-a-kd-weight0.5-seed9", "2-a-kd-weight1-seed9", "3-a-kd-weight0.5-seed9",
      "3-a-kd-weight1-seed9", "1-ce-seed1", "2-a-kd-seed1", "3-a-kd-seed1",
    ]
    let times = try order.flatMap { try events($0).map { $0.seconds } }
    #expect(times.count == 15 && times == times.sorted() && Set(times).count == 15)
    for name in order.dropFirst() {
      let last = try #require(try events(name).last)
      let terms = name.contains("ce") ? ["ce"] : ["ce", "kd"]
      for term in terms {
        for tag in ["terms", "weight", "weighted", "share", "gradientNorm", "cosine"] {
          #expect(last.scalars["\(tag)/\(term)"] != nil, "\(name) \(tag)")
        }
      }
      let weight = name.split(separator: "weight").last.flatMap {
        Float($0.dropLast("-seed9".count))
      }
      if name.contains("weight") { #expect(last.scalars["weight/kd"] == weight) }
    }
  }

  @Test func whatIsWrongIsNamed() throws {
    try Data((Self.metrics + "\n").utf8).write(to: URL(filePath: folder.path("metrics.jsonl")))
    let damaged = export()
    #expect(damaged.code == .badData)
    #expect(damaged.errors == "kindred: metrics.jsonl: line 4 is not an epoch of a run\n")
    let twice = Self.metrics.replacing("{\"", with: "{\"epoch\": 1, \"", maxReplacements: 1)
    try Data(twice.utf8).write(to: URL(filePath: folder.path("metrics.jsonl")))
    #expect(
      export().errors.hasPrefix(
        "kindred: metrics.jsonl: line 1 is not an epoch of a run: the key 'epoch' stands twice: at line 1, "
          + "column 2 and at line 1, column "))
    try FileManager.default.removeItem(atPath: folder.path("metrics.jsonl"))
    #expect(export().code == .missingFile)
  }

  /// The real TensorBoard, which takes no record whose checksum is wrong.
  @Test(.enabled(if: TensorBoard.python != nil, "there is no TensorBoard"))
  func tensorBoardReadsIt() throws {
    #expect(export().code == .done)
    let text = try TensorBoard.run(
      """
      import sys
      from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
      events = EventAccumulator(sys.argv[1]); events.Reload()
      for tag in sorted(events.Tags()["scalars"]):
        print(tag, [(e.step, e.value, e.wall_time) for e in events.Scalars(tag)])
      """, [folder.path("tensorboard/1-a-b-seed7")])
    #expect(
      text == """
        accuracy [(1, 0.25, 5.0), (2, 0.75, 7.0)]
        loss [(1, 1.5, 5.0), (2, 1.25, 7.0)]
        rate [(1, 0.10000000149011612, 5.0), (2, 0.05000000074505806, 7.0)]
        terms/ce [(1, 0.75, 5.0), (2, 0.625, 7.0)]
        weight/ce [(1, 2.0, 5.0), (2, 2.0, 7.0)]
        weighted/ce [(1, 1.5, 5.0), (2, 1.25, 7.0)]

        """)
  }
}

/// A Python that has TensorBoard: the one that `KINDRED_TENSORBOARD_PYTHON` names, which must have it, or
/// the first `python3` that has.
enum TensorBoard {
  static let python: String? = {
    let environment = ProcessInfo.processInfo.environment
    if let named = environment["KINDRED_TENSORBOARD_PYTHON"] { return named }
    let folders = (environment["PATH"] ?? "").split(separator: ":").map { "\($0)/python3" }
    return folders.first {
      FileManager.default.isExecutableFile(atPath: $0)
        && (try? run("import tensorboard", [], with: $0)) != nil
    }
  }()

  struct Failure: Error {}

  static func run(_ script: String, _ arguments: [String]) throws -> String {
    guard let python else { throw Failure() }
    return try run(script, arguments, with: python)
  }

  private static func run(
    _ script: String, _ arguments: [String], with python: String
  ) throws -> String {
    let process = Process()
    let output = FileManager.default.temporaryDirectory.appending(
      path: "kindred-tensorboard-\(UUID().uuidString)")
    try Data().write(to: output)
    defer { try? FileManager.default.removeItem(at: output) }
    process.executableURL = URL(filePath: python)
    process.arguments = ["-c", script] + arguments
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failure() }
    return try String(contentsOf: output, encoding: .utf8)
  }
}
