import Foundation
import KindredCLI
import Tensors
import Testing

/// `kindred run --resume`, after the built program was ended in every way.
@Suite struct ResumeTests {
  let folder: ScoreFolder

  /// With all that a run remembers: batch normalisation, both optimizers, clusters of the teacher's
  /// features, augmentation, and random choices in a loss.
  static let recipe = """
    {
      data: { set: "glyphs", train: 64, test: 48 },
      teacher: { network: "resnet8:1", training: { images: 32, epochs: 2, batch: 16 } },
      student: {
        network: "mlp:8",
        training: {
          images: 48, epochs: 3, batch: 16, optimizer: { method: "adam", rate: 0.003 },
          sampler: { name: "superclassUniform", clusters: 6 },
          augmentation: { flip: true, shift: 1 },
        },
      },
      rows: [{ loss: "ce" }, { name: "rkd", loss: "ce + rkd.distance(tuples: 20)" }],
      evaluation: { recall: [1] },
      seeds: [1, 2],
    }
    """

  init() throws {
    folder = try ScoreFolder()
    try Data(Self.recipe.utf8).write(to: URL(filePath: folder.path("recipe.json5")))
  }

  func arguments(_ out: String, _ more: [String] = ["--resume"]) -> [String] {
    ["run", folder.path("recipe.json5"), "--out", folder.path(out)] + more
  }

  /// Every file of a folder of results; of the report, which is drawn from others and says how long
  /// trainings took, that there is one.
  func files(_ out: String, withSeconds: Bool = false) throws -> [String: Data] {
    let paths = try FileManager.default.subpathsOfDirectory(atPath: folder.path(out))
    var files: [String: Data] = [:]
    for path in paths where !["checkpoints", "cache"].contains(path) {
      guard withSeconds || path != "report.html" else {
        files[path] = Data()
        continue
      }
      let content = try Data(contentsOf: URL(filePath: folder.path("\(out)/\(path)")))
      files[path] =
        withSeconds || path.hasSuffix("safetensors")
        ? content
        : Data(
          String(decoding: content, as: UTF8.self)
            .replacing(/"seconds" ?: ?[-+.e0-9]+/, with: "").utf8)
    }
    return files
  }

  /// An undisturbed run.
  func undisturbed(
    _ changes: [String] = [], code expected: Int32 = 0, files count: Int = 10
  ) throws -> [String: Data] {
    let (code, _, errors) = try BuiltProgram.run(arguments("undisturbed", changes), in: folder)
    #expect(code == expected, "\(errors)")
    let files = try files("undisturbed")
    #expect(files.count == count)
    return files
  }

  /// With rows of which one diverges, in its second epoch: its students have no weights.
  static let diverging = [
    "--set", "validation.images=16", "--set", "student.training.optimizer.method=sgd", "--set",
    """
    rows=[{ loss: "ce" }, { name: "late", loss: "ce + 1e38*ramp(logits, start: 0.34)" },
      { name: "w", loss: "ce + weight*ramp(logits, start: 0.34)", weights: [1e38, 1] },
      { name: "self", loss: "kd", taughtBy: "late" }]
    """,
  ]

  @Test(arguments: [([], 0, 10), (diverging, 1, 10)] as [([String], Int32, Int)])
  func aRunThatIsKilledEndsWithTheBitsOfOneThatIsNot(
    _ changes: [String], _ end: Int32, _ count: Int
  ) throws {
    let expected = try undisturbed(changes, code: end, files: count)
    var random = Random(seed: 5, "kills")
    var kills = 0
    // A run may be over before the signal comes: then there is another.
    for round in 0..<20 where kills < 5 {
      var code: Int32 = -1
      while code != end {
        let result = try BuiltProgram.run(
          arguments("round\(round)", changes + ["--resume"]),
          untilLines: random.integer(in: 2...14)
        ) { send in
          usleep(UInt32(random.integer(below: 8000)))
          send(SIGKILL)
        }
        kills += result.wasKilled ? 1 : 0
        code = result.wasKilled ? -1 : result.code
        #expect(result.wasKilled || result.code == end, "\(result.errors)")
        guard result.wasKilled || result.code == end else { return }
      }
      #expect(try files("round\(round)") == expected)
    }
    #expect(kills >= 5)
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func anInterruptedRunSaysHowToGoOn(_ signal: Int32) throws {
    let long = ["--set", "student.training.epochs=100000"]
    let first = try BuiltProgram.run(
      arguments("out", long), untilLines: 3
    ) { $0(signal) }
    #expect(!first.wasKilled)
    #expect(first.code == 130)
    let path = folder.path("out")
    #expect(
      first.errors.hasSuffix(
        """
        saved; the same command with --out \(path) --resume goes on from here
        kindred: interrupted

        """), "\(first.errors)")
    let second = try BuiltProgram.run(
      arguments("out", long + ["--resume"]), untilLines: 2
    ) { $0(signal) }
    #expect(second.code == 130)
    #expect(second.errors.hasPrefix("going on: "), "\(second.errors)")

    let third = try BuiltProgram.run(arguments("out", long), in: folder)
    #expect(third.code == ExitCode.inputOutput.rawValue)
    #expect(
      third.errors == """
        kindred: '\(path)' exists, with a run that did not end; --resume goes on with it, \
        --force replaces it

        """)
  }

  /// Slurm sends it to a script, which passes it on, and to the processes of the script.
  @Test func aSecondTERMDoesNotEndARunThatIsSaving() throws {
    let long = [
      "--set", "student.training.epochs=100000", "--set", "student.network=resnet8:16", "--set",
      "student.training.batch=48",
    ]
    let (wasKilled, code, errors) = try BuiltProgram.run(arguments("out", long), untilLines: 3) {
      send in
      for _ in 0..<5 {
        send(SIGTERM)
        usleep(300)
      }
    }
    #expect(!wasKilled && code == 130)
    // One that comes after that may end it before its last message.
    #expect(errors.contains("--resume goes on from here\n"), "\(errors)")
  }

  /// A step that Ctrl-C ends is one that the run goes on from, in the middle of an epoch.
  @Test func aRunThatIsInterruptedEndsWithTheBitsOfOneThatIsNot() throws {
    let expected = try undisturbed()
    var random = Random(seed: 6, "interruptions")
    var result = (wasKilled: false, code: Int32(130), errors: "")
    for _ in 0..<100 where result.code == 130 {
      result = try BuiltProgram.run(
        arguments("out"), untilLines: random.integer(in: 5...16)
      ) { $0(SIGINT) }
    }
    #expect(result.code == 0, "\(result.errors)")
    #expect(try files("out") == expected)
  }

  @Test func aSecondRunInAFolderIsRefused() throws {
    let expected = try undisturbed()
    let first = try BuiltProgram.run(arguments("out", []), untilLines: 2) { send in
      send(SIGSTOP)
      for option in ["--resume", "--force"] {
        let (code, output, errors) = try BuiltProgram.run(arguments("out", [option]), in: folder)
        #expect(code == ExitCode.inputOutput.rawValue)
        #expect(output.isEmpty)
        #expect(
          errors == """
            kindred: another process is running an experiment in '\(folder.path("out"))'

            """)
      }
      send(SIGCONT)
    }
    #expect(first.code == 0, "\(first.errors)")
    #expect(try files("out") == expected)
  }

  @Test func aRunThatHasEndedIsShownAgain() throws {
    let (_, table, _) = try BuiltProgram.run(arguments("out"), in: folder)
    let path = folder.path("out")
    let before = try files("out", withSeconds: true)
    let (code, output, errors) = try BuiltProgram.run(arguments("out"), in: folder)
    #expect(code == 0)
    #expect(output == table && !table.isEmpty)
    #expect(errors == "results in \(path), which were there\n")
    #expect(try files("out", withSeconds: true) == before)

    let other = try BuiltProgram.run(
      arguments("out", ["--resume", "--set", "student.training.epochs=4"]), in: folder)
    #expect(other.code == ExitCode.badData.rawValue)
    #expect(
      other.errors == """
        kindred: the run cannot go on from '\(path)/results.json': the recipe has changed: \
        student.training.epochs was 3, now 4

        """)
    #expect(try files("out", withSeconds: true) == before)

    let results = try #require(before["results.json"])
    try results.dropLast(9).write(to: URL(filePath: path + "/results.json"))
    let damaged = try BuiltProgram.run(arguments("out"), in: folder)
    #expect(damaged.code == ExitCode.badData.rawValue)
    #expect(
      damaged.errors == """
        kindred: the run cannot go on from '\(path)/results.json': it is damaged

        """)
  }

  /// Where files may have so many times 512 bytes, there is no room for the first state, that of
  /// the teacher's training, that of a student's, or that of the second student's.
  @Test(arguments: [2, 16, 32, 160])
  func aFullDiskIsNamedAndLeavesWhatWasThere(_ blocks: Int) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    let command = ([try BuiltProgram.url().path] + arguments("out")).map { "'\($0)'" }
    process.arguments = [
      "-c", "trap '' XFSZ; ulimit -f \(blocks); exec \(command.joined(separator: " "))",
    ]
    let errors = folder.path("errors.txt")
    try Data().write(to: URL(filePath: errors))
    process.standardOutput = FileHandle.nullDevice
    process.standardError = try FileHandle(forWritingTo: URL(filePath: errors))
    try process.run()
    process.waitUntilExit()
    let text = try String(contentsOfFile: errors, encoding: .utf8)
    #expect(process.terminationStatus == ExitCode.inputOutput.rawValue, "\(text)")
    #expect(
      text.contains("'\(folder.path("out"))/checkpoints/run.safetensors' cannot be written: File"),
      "\(text)")
    let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path("out"))
    #expect(!names.contains { $0.hasSuffix(".partial") })

    let expected = try undisturbed()
    let (code, _, rest) = try BuiltProgram.run(arguments("out"), in: folder)
    #expect(code == 0, "\(rest)")
    #expect(try files("out") == expected)
  }
}
