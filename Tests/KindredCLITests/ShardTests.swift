import Foundation
import KindredCLI
import Testing

/// `kindred run --jobs`, `--shard` and `--stage`, `kindred status` and `kindred merge`.
@Suite struct ShardTests {
  let tests: RunTests

  init() throws { tests = try RunTests() }

  /// Runs a command on the folder `out`, whose path is then taken out of what was written.
  func kindred(_ words: String...) -> (code: ExitCode, output: String, errors: String) {
    let (recording, folder) = (Recording(), tests.folder)
    let code = Program.kindred(registry: twoPapers)(
      words.map { $0 == "out" ? folder.path("out") : $0 }, console: recording.console())
    return (code, recording.output, recording.errors.replacing(folder.path + "/", with: ""))
  }

  func results() throws -> String {
    try String(contentsOfFile: tests.folder.path("out/results.json"), encoding: .utf8)
      .replacing(/"seconds" : [0-9.e-]+/, with: "")
  }

  func remove() throws { try FileManager.default.removeItem(atPath: tests.folder.path("out")) }

  @Test func jobsAndShardsMakeTheSameTableAndResults() throws {
    let one = try tests.run(RunTests.recipe, "--threads", "1")
    let expected = try results()
    let report = try String(contentsOfFile: tests.folder.path("out/report.html"), encoding: .utf8)
    func columns(_ table: String) -> [String] {
      table.split(separator: "\n").map {
        $0.split(separator: " ").dropLast(2).joined(separator: " ")
      }
    }
    try remove()
    let jobs = try tests.run(RunTests.recipe, "--jobs", "3")
    #expect(jobs.code == .done)
    #expect(jobs.errors.contains("\n3 trainings at a time\n"), "\(jobs.errors)")
    #expect(columns(jobs.output) == columns(one.output))
    #expect(try results() == expected)
    try remove()

    for shard in ["1/2", "2/2"] {
      let (code, output, errors) = try tests.run(RunTests.recipe, "--shard", shard)
      #expect(code == .done && output == "", "\(errors)")
      #expect(
        errors.hasSuffix(
          """
          shard \(shard) is done; 'kindred merge \(tests.folder.path("out"))' makes the results when \
          all shards are

          """.replacing(tests.folder.path + "/", with: "")), "\(errors)")
    }
    let again = try tests.run(RunTests.recipe, "--shard", "2/2")
    #expect(again.errors.hasSuffix("shard 2/2 was done before: all of its 2 trainings\n"))
    let status = kindred("status", "out")
    #expect(status.output.contains("1/2    done     3   3"), "\(status.output)")
    #expect(
      status.output.hasSuffix("\n5 of 5 trainings have ended; 'kindred merge' makes the results\n"),
      "\(status.output)")
    let merged = kindred("merge", "out")
    #expect(merged.code == .done, "\(merged.errors)")
    #expect(merged.errors == "results in out\n")
    #expect(columns(merged.output) == columns(one.output))
    #expect(try results() == expected)
    let drawn = try String(contentsOfFile: tests.folder.path("out/report.html"), encoding: .utf8)
    #expect(drawn.count == report.count || abs(drawn.count - report.count) < 200, "but for times")
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: tests.folder.path("out")).sorted().filter
      {
        $0 != "cache"
      } == [
        "checkpoints", "diagnostics.json", "metrics.jsonl", "recipe.json", "report.html",
        "results.json",
      ])
    #expect(kindred("merge", "out").errors == "results in out, which were there\n")
    #expect(kindred("status", "out").output == "the run has ended, and its results are written\n")
    #expect(try tests.run(RunTests.recipe, "--shard", "1/2").errors.hasSuffix("which were there\n"))
  }

  @Test func whatIsMissingIsNamed() throws {
    _ = try tests.run(RunTests.recipe, "--shard", "2/3")
    let (code, output, errors) = kindred("merge", "out")
    #expect(code == .missingFile && output == "")
    #expect(
      errors == """
        kindred: the run in 'out' has not ended: shard 1/3 lacks 3 trainings: \
        teacher mlp:8; ce, seed 1; rkd, seed 2; \
        shard 3/3 lacks 1 training: rkd, seed 1

        """)
    let status = kindred("status", "out")
    #expect(status.output.contains("\nnot begun: 1/3, 3/3\n"), "\(status.output)")
    #expect(kindred("status", "out", "--format", "json").output.contains(#""kindred-status/1""#))
    let none = kindred("merge", tests.folder.path("none"))
    #expect(none.code == .missingFile)
    #expect(none.errors == "kindred: 'none' is no folder of a run: it has no recipe.json\n")
    #expect(kindred("status", tests.folder.path("none")).code == .missingFile)
    // A run of one process is not taken for that of shards, nor the other way round.
    let whole = try tests.run()
    #expect(whole.code == .inputOutput)
    #expect(whole.errors.hasPrefix("kindred: 'out' exists, with a run that did not end"))
    let resumed = try tests.run(RunTests.recipe, "--resume")
    #expect(resumed.code == .done, "\(resumed.errors)")
    #expect(resumed.errors.hasPrefix("going on: "))
  }

  /// A folder of something else is not used for shards.
  @Test func aFolderThatIsNoRunsIsRefused() throws {
    let path = tests.folder.path("out")
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try Data().write(to: URL(filePath: path + "/notes.txt"))
    let (code, _, errors) = try tests.run(RunTests.recipe, "--shard", "1/2")
    #expect(code == .inputOutput)
    #expect(
      errors.hasSuffix("kindred: shards cannot use 'out': it has files, but no run of shards\n"),
      "\(errors)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: path) == ["notes.txt"])
  }

  @Test(arguments: [
    (["--shard", "3/2"], "'--shard' takes a shard and their number, such as 3/16, not '3/2'"),
    (["--shard", "1"], "'--shard' takes a shard and their number, such as 3/16, not '1'"),
    (["--stage", "teacher"], "'--stage' takes"),
    (["--jobs", "0"], "'--jobs' takes a whole number of 1 or more, not '0'"),
    (
      ["--shard", "1/2", "--force"],
      "'--force' would replace what other shards have trained: give it without '--shard'"
    ),
  ])
  func wrongUse(_ words: [String], _ message: String) throws {
    let (code, _, errors) = try tests.run(RunTests.recipe, more: words)
    #expect(code == .usage)
    #expect(errors.hasPrefix("kindred: \(message)"), "\(errors)")
    #expect(!tests.wasWritten)
  }

  @Test func aPartNeedsItsFolder() throws {
    try Data(RunTests.recipe.utf8).write(to: URL(filePath: tests.folder.path("recipe.json5")))
    let (code, _, errors) = kindred("run", tests.folder.path("recipe.json5"), "--stage", "teachers")
    #expect(code == .usage)
    #expect(
      errors.hasPrefix("kindred: '--stage' needs '--out', the folder that all shards share\n"))
  }
}
