import Foundation
import TensorFiles

/// How far a run in a folder is, as its files say.
package struct RunStatus: Codable, Equatable, Sendable {
  package var schema = "kindred-status/1"
  /// Whether the results are written.
  package var hasEnded: Bool
  /// The trainings that have ended.
  package var done: Int
  /// The number of all trainings; `nil` if the run does not say it.
  package var of: Int?
  package var shards: [Entry] = []
  /// The shards that have not begun, if the others say how many there are.
  package var notBegun: [NotBegun] = []

  package struct NotBegun: Codable, Equatable, Sendable {
    package var shard: Shard
    package var stage: Stage?
  }

  package struct Entry: Codable, Equatable, Sendable {
    package var progress: ShardProgress
    /// Whether its process is there; `nil` if the file system has no locks.
    package var isAlive: Bool?
    /// The seconds since it was last heard of, by the clock of the file system; `nil` if nothing can be written there.
    package var age: Double?
  }

  /// Reads the files of a folder, and changes none.
  ///
  /// - Throws: ``ExperimentError/noRun(_:)`` if there is no run.
  package init(of path: String) throws {
    let folder = try ResultsFolder(path, ifThere: .resume)
    guard folder.exists("recipe.json") || folder.hasRunToResume || folder.exists("shards") else {
      throw ExperimentError.noRun(path)
    }
    hasEnded = !folder.hasRunToResume && folder.exists("results.json")
    done = TrainingFiles.numberOfEnded(in: folder)
    let areLocksKnown =
      folder.exists("trainings") && FileLock.areKnown(in: folder.trainings)
    let host = ProcessInfo.processInfo.hostName
    let all = folder.shardProgress().map { progress in
      Entry(
        progress: progress,
        isAlive: areLocksKnown ? folder.isAlive(progress, seenFrom: host) : nil,
        age: folder.age(of: progress))
    }
    // A run that was split anew leaves files of its earlier shards, which say nothing any more.
    shards = all.filter { entry in
      let same = all.filter { $0.progress.stage == entry.progress.stage }
      let last = same.min { ($0.age ?? 0) < ($1.age ?? 0) }
      return entry.isAlive == true || entry.progress.shard.count == last?.progress.shard.count
    }
    of = try? TrainingFiles.notes(in: folder)[Sweep.Note.trainings].flatMap { Int($0) }
    // Once everything is trained, nobody has to begin.
    for stage in [nil] + Stage.allCases where done != of {
      let begun = shards.map { $0.progress }.filter { $0.stage == stage }
      guard let count = begun.map({ $0.shard.count }).max() else { continue }
      let missing = (1...count).compactMap { Shard($0, of: count) }
        .filter { shard in !begun.contains { $0.shard == shard } }
      notBegun += missing.map { NotBegun(shard: $0, stage: stage) }
    }
  }

  /// About how many seconds the run takes still: those of the shard that takes longest; `nil` if that is not known.
  package var secondsLeft: Double? {
    let running = shards.filter { $0.isAlive != false }.map { $0.progress }
      .filter { $0.activity == .running && $0.epochsLeft > 0 }
    let left = running.compactMap { $0.secondsLeft }
    return left.count == running.count ? left.max() : nil
  }
}
