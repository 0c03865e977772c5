import Foundation
import Tensors
import Training

/// Which trainings of a share are done, which go on, and which comes next. The threads of a process share it.
///
/// `@unchecked Sendable`, because everything that changes is behind `lock`.
final class Schedule: @unchecked Sendable {
  let experiment: Experiment
  let folder: ResultsFolder
  let share: Sweep.Share
  let files: TrainingFiles
  /// Whether locks tell which other processes there are.
  let hasLocks: Bool
  private let grace: Duration
  private let report: (RunEvent, RunState) throws -> Void
  private let isInterrupted: () -> Bool

  private let lock = NSLock()
  /// Wakes the threads that wait for a training to end, of which there are so many.
  private let changes = DispatchSemaphore(value: 0)
  private var sleepers = 0
  /// Everything that is known to have ended.
  private(set) var state = RunState()
  /// The learners that this process has still to train, in order.
  private var toCome: [Learner] = []
  /// The learners that a thread of this process trains.
  private var taken: Set<Learner> = []
  private var error: (any Error)?
  private var progress: ShardProgress
  private var lastWrite: ContinuousClock.Instant?
  private let start = ContinuousClock.now
  private var wait: Wait?
  /// The learners of the share, and how many of them were trained by this process.
  private let learners: [Learner]
  private(set) var trained = 0

  /// The number of the share's learners.
  var count: Int { learners.count }

  /// What this process waits for, and since when nothing has changed there.
  private struct Wait {
    var learner: Learner
    var signs: String
    var since: ContinuousClock.Instant
  }

  init(
    of sweep: Sweep, _ files: TrainingFiles, hasLocks: Bool,
    report: @escaping (RunEvent, RunState) throws -> Void, isInterrupted: @escaping () -> Bool
  ) throws {
    (experiment, folder, share, self.files) = (sweep.experiment, sweep.folder, sweep.share, files)
    (self.hasLocks, self.report, self.isInterrupted) = (hasLocks, report, isInterrupted)
    grace = sweep.grace
    learners = experiment.learners(of: share.shard ?? .whole, stage: share.stage)
    progress = ShardProgress(
      shard: share.shard ?? .whole, stage: share.stage, activity: .running,
      host: ProcessInfo.processInfo.hostName, process: ProcessInfo.processInfo.processIdentifier,
      done: 0, of: learners.count)
    try resume()
  }

  /// Reads what was trained before.
  private func resume() throws {
    var begun: [RunState.Current] = []
    for learner in learners {
      let saved =
        try files.leftState(of: learner) { try report(.refused($0), RunState()) } ?? RunState()
      if saved.isFinished(learner) { state.add(saved) } else { toCome.append(learner) }
      if let current = saved.current { begun.append(current) }
      progress.epochsLeft += experiment.epochs(of: learner) - saved.epochs.count
    }
    progress.done = learners.count - toCome.count
    if !share.isPart {
      let lines =
        state.sorted(for: experiment).epochs
        + begun.flatMap { current in current.training.history.map { (current.learner, $0) } }
      try folder.write(lines.map { MetricsLine($0.1, of: $0.0) })
    }
    if state.isBegun || !begun.isEmpty { try report(.resumed, state.with(begun.first)) }
  }

  // MARK: - Threads

  /// Trains everything with as many threads as there are jobs.
  func run() throws {
    guard !toCome.isEmpty else {
      if !share.isPart { try addLoadedTeachers() }
      return note(.done)
    }
    note(.running)
    let heartbeat = heartbeat()
    defer { heartbeat.cancel() }
    let data = experiment.data
    try report(
      .data(
        training: data.training.count, test: data.test.count, classes: data.training.classes.count),
      state)
    try addLoadedTeachers()
    let kernels = Kernels.current
    let threads = (0..<max(1, min(share.jobs, toCome.count))).map { _ in
      let ended = DispatchSemaphore(value: 0)
      let thread = Thread {
        Kernels.$current.withValue(kernels) {
          self.work()
        }
        ended.signal()
      }
      thread.stackSize = 16 << 20
      thread.start()
      return ended
    }
    for ended in threads { ended.wait() }
    if let error {
      let isInterrupted = error as? ExperimentError == .interrupted(folder: folder.path)
      note(isInterrupted ? .interrupted : .failed, problem: "\(error)")
      throw error
    }
    note(.done)
  }

  /// Writes how far this process is while no event says so, as during a long step or measurement.
  private func heartbeat() -> any DispatchSourceTimer {
    let timer = DispatchSource.makeTimerSource(queue: .global())
    timer.schedule(deadline: .now() + 10, repeating: 10)
    timer.setEventHandler { [weak self] in
      self?.locked {
        guard let self, let last = self.lastWrite, .now - last > .seconds(8) else { return }
        self.note(self.progress.activity, problem: self.progress.problem)
      }
    }
    timer.resume()
    return timer
  }

  private func addLoadedTeachers() throws {
    var run = try ExperimentRun(of: experiment, from: state, report: report)
    try run.addTeachers(onlyLoaded: true)
    state.add(run.state)
  }

  /// Trains one learner after the other, until none is left.
  private func work() {
    do {
      // What is held of teachers' outputs is held by each thread.
      var own = experiment
      own.teacherOutputLimit = max(1, own.teacherOutputLimit / share.jobs)
      var run = try ExperimentRun(of: own, cachingIn: folder.cache) { event, state in
        try self.note(event, state)
      }
      while let next = try next() {
        run.state = next.start
        try Parallel.$threads.withValue(next.threads) { try run.add(next.learner) }
        finish(next.learner, run.state)
        withExtendedLifetime(next.lock) {}
      }
    } catch {
      locked {
        if self.error == nil { self.error = error }
        wake()
      }
    }
  }

  private func locked<Result>(_ body: () throws -> Result) rethrows -> Result {
    lock.lock()
    defer { lock.unlock() }
    return try body()
  }

  // MARK: - Events

  /// Writes what an event of a training leaves, and reports it.
  private func note(_ event: RunEvent, _ state: RunState) throws {
    let learner = event.learner
    // Each training has its own files; what all have in common is behind the lock.
    try folder.write(event, of: experiment, addingMetrics: false)
    if event.isMilestone, let learner { try files.save(state, of: learner) }
    try locked {
      if !share.isPart, case .training(let learner, .epoch(let epoch)) = event {
        try folder.append(MetricsLine(epoch, of: learner))
      }
      noteProgress(of: event)
      try report(event, state)
      if error == nil, isInterrupted() {
        error = ExperimentError.interrupted(folder: folder.path)
        wake()
      }
    }
    // Another thread's error ends this one too, once its state is saved.
    guard let error = locked({ error }), let learner else { return }
    if !event.isMilestone { try files.save(state, of: learner) }
    throw error
  }

  /// Keeps what a learner has become, and says if it was the last one that a weight waited for.
  private func finish(_ learner: Learner, _ end: RunState) {
    locked {
      defer { wake() }
      state.add(end.only(learner))
      taken.remove(learner)
      trained += 1
      noteDone(learner)
      progress.trainings.removeAll { $0.name == label(learner) }
      dismissTeachers()
      guard case .candidate = learner, let row = experiment.row(of: learner)?.row,
        let choice = state.choice(of: row, by: experiment.recipe.validation)
      else { return }
      do {
        try report(.choice(row: row.name, choice), state)
      } catch {
        self.error = self.error ?? error
      }
    }
  }

  /// Releases the students that teach none that is to come here.
  private func dismissTeachers() {
    let needed = Set((toCome + taken).flatMap(experiment.teachers(of:)))
    state.teachingStudents = state.teachingStudents.filter { needed.contains($0.key) }
  }

  // MARK: - What comes next

  /// A training: its learner, the state that it begins in, the lock that it holds, and its threads.
  private struct Next {
    var learner: Learner
    var start: RunState
    var lock: FileLock?
    var threads: Int
  }

  /// The training that comes next; `nil` if none is left.
  private func next() throws -> Next? {
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
  private func wake() {
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

  // MARK: - Progress

  private var holder: String {
    "\(progress.holder)" + (share.shard.map { ", shard \($0)" } ?? "")
  }

  private func label(_ learner: Learner) -> String { learner.label(in: experiment.recipe) }

  /// Counts an event, and writes the counts every few seconds.
  private func noteProgress(of event: RunEvent) {
    switch event {
    case .begin(let learner, let epochs):
      progress.trainings.append(.init(name: label(learner), epoch: 0, epochs: epochs))
    case .leftOut(let learner): progress.epochsLeft -= experiment.epochs(of: learner)
    case .training(let learner, .epoch(let epoch)):
      progress.epochs += 1
      progress.epochsLeft -= 1
      if let index = progress.trainings.firstIndex(where: { $0.name == label(learner) }) {
        progress.trainings[index].epoch = epoch.epoch
      }
    default: break
    }
    if let lastWrite, ContinuousClock.now - lastWrite < .seconds(2) { return }
    note(.running)
  }

  /// Counts a training that has ended, unless it was taken over from another shard.
  private func noteDone(_ learner: Learner) {
    if learners.contains(learner) { progress.done += 1 }
  }

  private func note(_ activity: ShardProgress.Activity, problem: String? = nil) {
    (progress.activity, progress.problem) = (activity, problem)
    progress.writes += 1
    progress.seconds = (ContinuousClock.now - start) / .seconds(1)
    if activity != .running { progress.trainings = [] }
    lastWrite = .now
    folder.write(progress)
  }
}

extension Experiment {
  /// The epochs that a learner is trained for.
  fileprivate func epochs(of learner: Learner) -> Int {
    if let index = learner.teacherIndex {
      let teacher = teachers[index]
      return teacher.settings.training.length(images: teacher.images.count).epochs
    }
    guard let row = row(of: learner)?.row else { return 0 }
    return row.settings.training.length(images: row.images.count).epochs
  }
}

extension RunEvent {
  /// The learner that an event is of; `nil` if it is of the run.
  fileprivate var learner: Learner? {
    switch self {
    case .begin(let learner, _), .training(let learner, _), .student(let learner, _, _),
      .divergence(let learner, _), .waiting(let learner, _), .leftOut(let learner):
      learner
    case .teacher(let learner, _, _): learner
    case .refused, .resumed, .data, .choice, .uncached, .withoutLocks, .results: nil
    }
  }
}
