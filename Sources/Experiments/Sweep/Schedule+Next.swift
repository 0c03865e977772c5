import Foundation
import Training

/// Which training comes next, here and among those of other processes.
extension Schedule {
  /// What this process waits for, and since when nothing has changed there.
  struct Wait {
    var learner: Learner
    var signs: String
    var since: ContinuousClock.Instant
  }

  /// A training: its learner, the state that it begins in, the lock that it holds, and its threads.
  struct Next {
    var learner: Learner
    var start: RunState
    var lock: FileLock?
    var threads: Int
  }

  /// The training that comes next; `nil` if none is left.
  func next() throws -> Next? {
    lock.lock()
    defer { lock.unlock() }
    while true {
      if let error { throw error }
      if isInterrupted() { throw ExperimentError.interrupted(folder: folder.path) }
      if let found = try firstReady() {
        wait = nil
        return found
      }
      if toCome.isEmpty { return nil }
      if share.isPart {
        if try readOthers() { continue }
        if taken.isEmpty { try noteWaiting() }
      }
      sleep()
    }
  }

  /// Waits for the end of a training of this process, or a moment, after which other processes are looked after.
  private func sleep() {
    sleepers += 1
    lock.unlock()
    let end = changes.wait(timeout: .now() + (share.isPart ? .milliseconds(250) : .seconds(5)))
    lock.lock()
    guard end == .timedOut else { return }
    // A signal that came in between is not for another sleep.
    if sleepers > 0 { sleepers -= 1 } else { _ = changes.wait(timeout: .now()) }
  }

  /// Wakes the threads that wait.
  func wake() {
    for _ in 0..<sleepers { changes.signal() }
    sleepers = 0
  }

  /// The first learner whose teachers are trained, whose weight is chosen, and that no other process trains.
  private func firstReady() throws -> Next? {
    for learner in toCome where isReady(learner) {
      let lock: FileLock?
      switch files.claim(learner, for: holder) {
      case .held: continue
      case .taken(let taken): lock = taken
      case .impossible: lock = nil
      }
      let saved = try files.state(of: learner)
      toCome.removeAll { $0 == learner }
      guard !saved.isFinished(learner) else {
        state.add(saved)
        noteDone(learner)
        return try firstReady()
      }
      taken.insert(learner)
      // Trainings that can go on now divide the threads.
      let others = toCome.lazy.filter(isReady).prefix(share.jobs).count
      let count = min(share.jobs, taken.count + others)
      return Next(
        learner: learner, start: state.with(saved.current), lock: lock,
        threads: max(1, share.threads / count))
    }
    return nil
  }

  /// Whether a learner's teachers are trained, and its weight is chosen.
  private func isReady(_ learner: Learner) -> Bool {
    experiment.needs(of: learner).allSatisfy(state.isFinished)
  }

  /// Reads the trainings of others that are needed here and have ended. Those whose owner is not there are taken
  /// over. Returns whether anything is new.
  private func readOthers() throws -> Bool {
    var isNew = false
    let needed = Set(toCome.flatMap(experiment.needs(of:)))
    for learner in experiment.learners
    where needed.contains(learner) && !state.isFinished(learner) && !toCome.contains(learner)
      && !taken.contains(learner)
    {
      if files.isDone(learner) {
        state.add(try files.state(of: learner))
        isNew = true
      } else if try isAbandoned(learner) {
        toCome.insert(learner, at: 0)
        isNew = true
      }
    }
    return isNew
  }

  /// Whether no process is going to train a learner.
  ///
  /// - Throws: ``ExperimentError/stageNotDone(_:stage:)`` if the learner belongs to an earlier stage, and this
  ///   process to a later one.
  private func isAbandoned(_ learner: Learner) throws -> Bool {
    guard hasLocks, ContinuousClock.now - start > grace else { return false }
    if files.isHeld(learner) { return false }
    if isOwnerThere(of: learner) { return false }
    guard share.stage == nil || share.stage == learner.stage else {
      throw ExperimentError.stageNotDone(label(learner), stage: learner.stage)
    }
    return true
  }

  /// Whether a shard of any split that has the learner is there.
  private func isOwnerThere(of learner: Learner) -> Bool {
    folder.shardProgress().contains { other in
      (other.stage == nil || other.stage == learner.stage)
        && (other.shard != share.shard || other.stage != share.stage)
        && experiment.shards(count: other.shard.count)[learner] == other.shard
        && folder.isAlive(other, seenFrom: progress.host, by: files.system)
    }
  }

  private func owner(of learner: Learner) -> Shard {
    experiment.shards(count: (share.shard ?? .whole).count)[learner] ?? .whole
  }

  /// Says what this process waits for, and ends it if nothing changes for too long.
  private func noteWaiting() throws {
    guard
      let learner = (toCome.flatMap(experiment.needs(of:)) + toCome).first(where: {
        !state.isFinished($0)
      })
    else { return }
    let owner = files.holder(of: learner) ?? "shard \(owner(of: learner))"
    // A shard that waits writes too, and is no sign that anything is trained.
    let signs = folder.shardProgress()
      .filter { $0.holder != progress.holder && $0.activity != .waiting }
      .map { "\($0.shard) \($0.writes) \($0.activity)" }.joined(separator: "\n")
    if let known = wait, known.learner == learner, known.signs == signs {
      if ContinuousClock.now - known.since > share.patience {
        throw ExperimentError.waitedTooLong(label(learner), for: owner, share.patience)
      }
    } else {
      if wait?.learner != learner { try report(.waiting(learner, for: owner), state) }
      wait = Wait(learner: learner, signs: signs, since: .now)
    }
    let isKnown =
      progress.activity == .waiting && lastWrite.map { .now - $0 < .seconds(20) } ?? false
    if !isKnown { note(.waiting, problem: "\(label(learner)), which \(owner) trains") }
  }
}
