import Foundation
import Tensors
import Testing

/// `kindred run --shard`, in processes that are killed at any moment.
@Suite struct ShardKillTests {
  let folder: ScoreFolder

  /// With all that processes do for each other: two teachers, weights to choose, students that teach.
  static let recipe = """
    {
      data: { set: "glyphs", train: 160, test: 48 },
      teacher: { network: "resnet8:1", training: { images: 64, epochs: 2, batch: 16 } },
      student: { network: "mlp:8", training: { images: 48, epochs: 3, batch: 16 } },
      validation: { images: 32 },
      rows: [
        { loss: "ce" },
        { name: "w", loss: "ce + weight*kd", weights: [0.5, 1] },
        { name: "other", loss: "ce + rkd.distance", teacher: { network: "mlp:16" } },
        { name: "own", loss: "kd", taughtBy: "ce" },
      ],
      evaluation: { recall: [1] },
      seeds: [1, 2],
    }
    """

  init() throws {
    folder = try ScoreFolder()
    try Data(Self.recipe.utf8).write(to: URL(filePath: folder.path("recipe.json5")))
  }

  func process(_ words: [String], errors: String) throws -> Process {
    let process = Process()
    process.executableURL = try BuiltProgram.url()
    process.arguments = words
    process.standardOutput = FileHandle.nullDevice
    try Data().write(to: URL(filePath: folder.path(errors)))
    process.standardError = try FileHandle(forWritingTo: URL(filePath: folder.path(errors)))
    try process.run()
    return process
  }

  /// The results without times and the weights of all networks.
  func files(_ out: String) throws -> [String: Data] {
    let names = try FileManager.default.contentsOfDirectory(
      atPath: folder.path("\(out)/checkpoints"))
    var files: [String: Data] = [:]
    for name in names where name.hasSuffix(".safetensors") {
      files[name] = try Data(contentsOf: URL(filePath: folder.path("\(out)/checkpoints/\(name)")))
    }
    for name in ["results.json", "diagnostics.json"] {
      let text = try String(contentsOfFile: folder.path("\(out)/\(name)"), encoding: .utf8)
      files[name] = Data(text.replacing(/"seconds" ?: ?[-+.e0-9]+/, with: "").utf8)
    }
    return files
  }

  @Test func twentyKillsChangeNoBit() throws {
    let run = ["run", folder.path("recipe.json5"), "--threads", "1"]
    let (code, _, errors) = try BuiltProgram.run(run + ["--out", folder.path("one")], in: folder)
    try #require(code == 0, "\(errors)")
    let expected = try files("one")
    // Both teachers, two students of each row, and two files of numbers.
    #expect(expected.count == 2 + 8 + 2)

    var random = Random(seed: 7, "shards")
    var kills = 0
    let count = 3
    for round in 0..<20 where kills < 20 {
      let out = "round\(round)"
      func start(_ shard: Int) throws -> Process {
        try process(
          run + ["--out", folder.path(out), "--shard", "\(shard + 1)/\(count)", "--wait", "5"],
          errors: "\(out)-\(shard)")
      }
      var processes = try (0..<count).map(start)
      defer {
        for process in processes where process.isRunning {
          kill(process.processIdentifier, SIGKILL)
        }
      }
      // As many for each round as leave it time to end.
      var left = 7
      while processes.contains(where: { $0.isRunning }) {
        usleep(UInt32(random.integer(below: 200_000)))
        let shard = random.integer(below: count)
        guard left > 0, processes[shard].isRunning else { continue }
        kill(processes[shard].processIdentifier, SIGKILL)
        processes[shard].waitUntilExit()
        // It may have ended before the signal came.
        guard processes[shard].terminationReason == .uncaughtSignal else { continue }
        (left, kills) = (left - 1, kills + 1)
        processes[shard] = try start(shard)
      }
      for (shard, process) in processes.enumerated() {
        process.waitUntilExit()
        let errors = try String(contentsOfFile: folder.path("\(out)-\(shard)"), encoding: .utf8)
        try #require(process.terminationStatus == 0, "\(errors)")
      }
      let (code, _, errors) = try BuiltProgram.run(["merge", folder.path(out)], in: folder)
      try #require(code == 0, "\(errors)")
      #expect(try files(out) == expected)
    }
    #expect(kills >= 20)
  }
}
