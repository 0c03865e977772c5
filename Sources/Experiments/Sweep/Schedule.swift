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
  let grace: Duration
  let report: (RunEvent, RunState) throws -> Void
  let isInterrupted: () -> Bool

  let lock = NSLock()
  /// Wakes the threads that wait for a training to end, of which there are so many.
  let changes = DispatchSemaphore(value: 0)
  var sleepers = 0
  /// Everything that is known to have ended.
  var state = RunState()
  /// The learners that this process has still to train, in order.
  var toCome: [Learner] = []
  /// The learners that a thread of this process trains.
  var taken: Set<Learner> = []
  var error: (any Error)?
  var progress: ShardProgress
  var lastWrite: ContinuousClock.Instant?
  let start = ContinuousClock.now
  var wait: Wait?
  /// The learners of the share, and how many of them were trained by this process.
  let learners: [Learner]
  private(set) var trained = 0

  /// The number of the share's learners.
  var count: Int { learners.count }

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
      locked { note(isInterrupted ? .interrupted : .failed, problem: "\(error)") }
      throw error
    }
    locked { note(.done) }
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
      // Each thread holds teachers' outputs of its own, so they divide the memory.
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

  func locked<Result>(_ body: () throws -> Result) rethrows -> Result {
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
