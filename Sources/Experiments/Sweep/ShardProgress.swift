import Foundation
import TensorFiles

/// How far a shard of a run is, as its process writes it every few seconds into `shards/3-of-16.json`.
///
/// It has no time of day, because the clocks of machines differ: how old it is says the file system.
package struct ShardProgress: Codable, Equatable, Sendable {
  package enum Activity: String, Codable, Sendable {
    case running, waiting, done, failed, interrupted
  }

  package var shard: Shard
  /// The only stage that the shard has a part of; `nil` if it has a part of all.
  package var stage: Stage?
  package var activity: Activity
  /// The machine and the process.
  package var host: String
  package var process: Int32
  /// How often this was written.
  package var writes = 0
  /// How many of the shard's trainings have ended, of how many.
  package var done: Int
  package var of: Int
  /// The trainings that go on.
  package var trainings: [Training] = []
  /// The epochs that this process has trained, and those that are left to the shard.
  package var epochs = 0
  package var epochsLeft = 0
  /// The seconds that this process has run.
  package var seconds = 0.0
  /// What the shard waits for, or why it failed.
  package var problem: String?

  package struct Training: Codable, Equatable, Sendable {
    package var name: String
    package var epoch: Int
    package var epochs: Int
  }

  /// The name of a shard's file without its extension: `3-of-16`, or `3-of-16-students`.
  static func name(_ shard: Shard, _ stage: Stage?) -> String {
    "\(shard.number)-of-\(shard.count)" + (stage.map { "-\($0.rawValue)" } ?? "")
  }

  /// About how many seconds are left; `nil` if the process has trained no epoch.
  package var secondsLeft: Double? {
    epochs > 0 ? seconds / Double(epochs) * Double(epochsLeft) : nil
  }

  /// `node3, process 4711`.
  package var holder: String { "\(host), process \(process)" }
}

extension ResultsFolder {
  /// The path of what a shard says, or of its lock.
  func file(of shard: Shard, _ stage: Stage?, _ type: String = "json") -> String {
    file("shards/\(ShardProgress.name(shard, stage)).\(type)")
  }

  /// Writes how far a shard is. A run does not fail because this cannot be written.
  func write(_ progress: ShardProgress) {
    guard let json = try? JSONEncoder.ordered(pretty: true).encode(progress) else { return }
    try? AtomicFile.write(json, to: file(of: progress.shard, progress.stage), overwriting: true)
  }

  /// What every shard has said last, in order.
  package func shardProgress() -> [ShardProgress] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: shards)) ?? []
    return names.filter { $0.hasSuffix(".json") }.compactMap { name in
      let content = try? Data(contentsOf: URL(filePath: file("shards/\(name)")))
      return content.flatMap { try? CheckedJSON.decode(ShardProgress.self, from: $0) }
    }.sorted {
      ($0.stage?.place ?? -1, $0.shard.count, $0.shard.number)
        < ($1.stage?.place ?? -1, $1.shard.count, $1.shard.number)
    }
  }
}

extension ResultsFolder {
  /// How many seconds ago a shard was heard of, by the clock of the file system, which need not be that of this
  /// machine; `nil` if it cannot be said.
  func age(of progress: ShardProgress) -> Double? {
    let probe = file("shards/.\(String(UInt64.random(in: 0 ... .max), radix: 36)).partial")
    defer { unlink(probe) }
    guard FileManager.default.createFile(atPath: probe, contents: nil), let now = date(of: probe),
      let written = date(of: file(of: progress.shard, progress.stage))
    else { return nil }
    return max(0, now.timeIntervalSince(written))
  }

  private func date(of path: String) -> Date? {
    try? FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
  }

  /// Whether the process of a shard is there: it has its lock, or it is on another machine and was heard of in the
  /// last minute, since locks may be known to their own machine alone.
  func isAlive(
    _ progress: ShardProgress, seenFrom host: String, by system: FileLock.System = flock
  ) -> Bool {
    if FileLock.isHeld(file(of: progress.shard, progress.stage, "lock"), by: system) { return true }
    guard progress.host != host, [.running, .waiting].contains(progress.activity) else {
      return false
    }
    return age(of: progress).map { $0 < 60 } ?? false
  }
}

extension Stage {
  /// The place among the stages.
  var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
