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

  @Test func whatIsWrongIsNamed() throws {
    try Data((Self.metrics + "\n").utf8).write(to: URL(filePath: folder.path("metrics.jsonl")))
    let damaged = export()
    #expect(damaged.code == .badData)
    #expect(damaged.errors == "kindred: metrics.jsonl: line 4 is no epoch of a run\n")
    try FileManager.default.removeItem(atPath: folder.path("metrics.jsonl"))
    #expect(export().code == .missingFile)
  }

  /// The real TensorBoard, where Python has it (or `KINDRED_TENSORBOARD_PYTHON`, a Python that has).
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
        accuracy [(1, 0.25, 2.0), (2, 0.75, 4.0)]
        loss [(1, 1.5, 2.0), (2, 1.25, 4.0)]
        rate [(1, 0.10000000149011612, 2.0), (2, 0.05000000074505806, 4.0)]
        terms/ce [(1, 0.75, 2.0), (2, 0.625, 4.0)]
        weighted/ce [(1, 1.5, 2.0), (2, 1.25, 4.0)]

        """)
  }
}

/// A Python that has TensorBoard.
enum TensorBoard {
  static let python: String? = {
    let environment = ProcessInfo.processInfo.environment
    let folders = (environment["PATH"] ?? "").split(separator: ":").map { "\($0)/python3" }
    return ([environment["KINDRED_TENSORBOARD_PYTHON"]].compactMap { $0 } + folders).first {
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
