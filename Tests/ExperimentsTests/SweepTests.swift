import Foundation
import Kindred
import Synchronization
import Tensors
import TestSupport
import Testing
import Training

@testable import Experiments

/// Runs of which several processes, or several threads, train a part each.
@Suite struct SweepTests {
  let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  /// With weights to choose, one of which diverges; a student that teaches; students that diverge; and a loaded
  /// teacher, if a file is given.
  static let changes = [
    "validation.images=16", "student.training.images=32", "seeds=[1,2,3]",
    """
    rows=[
      { name: "ce", loss: "ce" },
      { name: "w", loss: "ce + kd + weight*logits", weights: [1e30, 1, 2] },
      { name: "late", loss: "ce + 1e38*ramp(logits, start: 0.25)" },
      { name: "pupil", loss: "kd", taughtBy: "late" },
      { name: "self", loss: "kd", taughtBy: "ce" },
    ]
    """,
  ]

  func experiment(_ changes: [String] = Self.changes) throws -> Experiment {
    try Experiment(ExperimentTests.recipe(["ce", "ce + kd"], changes), registry: .linked)
  }

  /// Everything that a run leaves, without times.
  func files(_ name: String) throws -> [String: Data] {
    var files: [String: Data] = [:]
    for path in try FileManager.default.subpathsOfDirectory(atPath: folder.path(name))
    where !["checkpoints", "cache"].contains(path) {
      let content = try Data(contentsOf: URL(filePath: folder.path("\(name)/\(path)")))
      files[path] =
        path.hasSuffix("safetensors")
        ? content
        : Data(
          String(decoding: content, as: UTF8.self)
            .replacing(/"seconds" ?: ?[-+.e0-9]+/, with: "").utf8)
    }
    return files
  }

  func whole(_ experiment: Experiment) throws -> [String: Data] {
    _ = try SavedRun(of: experiment, in: ResultsFolder(folder.path("whole"))).results()
    return try files("whole")
  }

  func sweep(
    _ experiment: Experiment, _ name: String, _ share: Sweep.Share = .init()
  ) throws -> Sweep {
    var sweep = try Sweep(
      of: experiment, in: ResultsFolder(folder.path(name), ifThere: .resume), sharing: share)
    sweep.grace = .milliseconds(50)
    return sweep
  }

  func merged(_ name: String) throws -> MergedRun {
    try MergedRun(
      in: folder.path(name), registry: .linked, by: Results.Program(version: "", command: ""))
  }

  /// Merges, and removes from the results what says that a program did so.
  func merge(_ name: String) throws {
    _ = try merged(name).results()
    let path = folder.path("\(name)/results.json")
    var results = try Results.read(Data(contentsOf: URL(filePath: path)))
    results.program = nil
    try results.json.write(to: URL(filePath: path))
  }

  @Test(arguments: [(1, 1), (2, 1), (5, 2), (2, 8)]) func jobsChangeNothing(
    _ jobs: Int, _ threads: Int
  ) throws {
    let experiment = try experiment()
    let expected = try whole(experiment)
    let ending = try sweep(experiment, "jobs", .init(jobs: jobs, threads: threads)).run()
    guard case .results = ending else { throw Problem(text: "\(ending)") }
    #expect(try files("jobs") == expected)
    // It has ended, and is not repeated.
    #expect(try sweep(experiment, "jobs").finished != nil)
  }

  struct Problem: Error { let text: String }

  /// One after the other, each shard trains what it needs of those that have not begun.
  @Test(arguments: [[1, 2, 3], [3, 2, 1]]) func shardsMakeTheSameResults(_ order: [Int]) throws {
    let experiment = try experiment()
    let expected = try whole(experiment)
    var trained = 0
    for number in order {
      let share = Sweep.Share(shard: Shard(number, of: 3), jobs: 2)
      guard case .share(let now, let count) = try sweep(experiment, "shards", share).run() else {
        throw Problem(text: "a shard has no results")
      }
      trained += now
      #expect(count == experiment.learners(of: try #require(share.shard)).count)
      guard case .share(0, count) = try sweep(experiment, "shards", share).run() else {
        throw Problem(text: "a shard that is done trains nothing")
      }
    }
    #expect(trained == experiment.learners.count, "nothing is trained twice")
    try merge("shards")
    #expect(try files("shards") == expected)
  }

  /// All at once, of two different numbers of shards.
  @Test func shardsAtOnceMakeTheSameResults() throws {
    let experiment = try experiment()
    let expected = try whole(experiment)
    let problems = Mutex<[String]>([])
    let shards = [
      Shard(1, of: 2), Shard(2, of: 2), Shard(1, of: 3), Shard(2, of: 3), Shard(3, of: 3),
    ]
    nonisolated(unsafe) let tests = self
    DispatchQueue.concurrentPerform(iterations: shards.count) { index in
      do {
        _ = try tests.sweep(experiment, "shards", .init(shard: shards[index])).run()
      } catch {
        problems.withLock { $0.append("\(error)") }
      }
    }
    #expect(problems.withLock { $0 } == [])
    try merge("shards")
    #expect(try files("shards") == expected)
  }

  /// Every training has one shard, and shards have nearly as many as each other.
  @Test(arguments: [1, 2, 3, 7, 40]) func trainingsAreDealtOut(_ count: Int) throws {
    let experiment = try experiment()
    let parts = (1...count).map { number in
      Shard(number, of: count).map { experiment.learners(of: $0) } ?? []
    }
    #expect(Set(parts.joined()) == Set(experiment.learners))
    #expect(parts.joined().count == experiment.learners.count)
    let staged = Stage.allCases.flatMap { stage in
      (1...count).flatMap { number in
        Shard(number, of: count).map { experiment.learners(of: $0, stage: stage) } ?? []
      }
    }
    #expect(Set(staged) == Set(experiment.learners))
  }

  @Test func aShardIsWrittenAsAFraction() {
    #expect(Shard("3/16")?.description == "3/16")
    for text in ["", "3", "0/2", "3/2", "1/0", "-1/2", "1/2/3", "a/b", "1/100001", "/"] {
      #expect(Shard(text) == nil, "\(text)")
    }
  }

  /// However often it is interrupted, and with however many jobs it goes on.
  @Test(arguments: [nil, Shard(1, of: 2)]) func anInterruptedSweepGoesOn(_ shard: Shard?) throws {
    let experiment = try experiment()
    let expected = try whole(experiment)
    var random = Random(seed: 3, "interruptions")
    var interruptions = 0
    for number in 1...(shard?.count ?? 1) {
      var isOver = false
      while !isOver {
        let share = Sweep.Share(
          shard: shard.flatMap { Shard(number, of: $0.count) }, jobs: random.integer(in: 1...3))
        let count = Mutex(0)
        let last = random.integer(in: 3...40)
        do {
          _ = try sweep(experiment, "sweep", share).run(isInterrupted: {
            count.withLock {
              $0 += 1
              return $0 >= last
            }
          })
          isOver = true
        } catch ExperimentError.interrupted(folder: folder.path("sweep")) {
          interruptions += 1
        }
      }
    }
    #expect(interruptions > 3)
    if shard != nil { try merge("sweep") }
    #expect(try files("sweep") == expected)
  }

  @Test func stagesFollowEachOther() throws {
    let experiment = try experiment()
    let expected = try whole(experiment)
    for stage in Stage.allCases {
      if stage == .weights {
        let early = Sweep.Share(stage: .students)
        let error = #expect(throws: ExperimentError.self) {
          try sweep(experiment, "stages", early).run()
        }
        #expect(
          error?.description == """
            w, weight 1e+30 is not trained, and no process trains it: run the stage 'weights' first
            """)
      }
      for number in 1...2 {
        let share = Sweep.Share(shard: Shard(number, of: 2), stage: stage)
        _ = try sweep(experiment, "stages", share).run()
      }
    }
    try merge("stages")
    #expect(try files("stages") == expected)
  }

  @Test func whatIsMissingIsNamed() throws {
    let experiment = try experiment(["seeds=[1,2,3]"])
    _ = try sweep(experiment, "shards", .init(shard: Shard(1, of: 2))).run()
    let error = #expect(throws: ExperimentError.self) { try merged("shards").results() }
    #expect(
      error?.description == """
        the run in '\(folder.path("shards"))' has not ended: shard 2/2 lacks 3 trainings: \
        ce + kd, seed 1; ce, seed 2; ce + kd, seed 3
        """)
    #expect(!FileManager.default.fileExists(atPath: folder.path("shards/results.json")))
    #expect(throws: ExperimentError.noRun(folder.path("none"))) { try merged("none") }
  }

  @Test func aShardOfAnotherRecipeIsNamed() throws {
    _ = try sweep(experiment(), "shards", .init(shard: Shard(1, of: 2))).run()
    let other = try experiment(Self.changes + ["student.training.optimizer.rate=0.1"])
    let error = #expect(throws: ExperimentError.self) {
      try sweep(other, "shards", .init(shard: Shard(2, of: 2))).run()
    }
    #expect(
      error?.description == """
        the run cannot go on from '\(folder.path("shards/trainings/run.safetensors"))': the recipe \
        has changed: student.training.optimizer.rate was 0.05, now 0.1
        """)
  }

  @Test func aShardIsTrainedOnce() throws {
    let experiment = try experiment()
    let share = Sweep.Share(shard: Shard(1, of: 2))
    var problem = ""
    _ = try sweep(experiment, "shards", share).run { event, _ in
      guard case .data = event else { return }
      do {
        _ = try sweep(experiment, "shards", share).run()
      } catch {
        problem = "\(error)"
      }
    }
    let start = "shard 1/2 of the run in '\(folder.path("shards"))' is trained by another process: "
    #expect(problem.hasPrefix(start), "\(problem)")
    // Nor is it merged, or run by one process, meanwhile.
    _ = try sweep(experiment, "shards", .init(shard: Shard(2, of: 2))).run { event, _ in
      guard case .data = event else { return }
      #expect(throws: ExperimentError.isInUse(folder.path("shards"))) {
        try merged("shards").results()
      }
    }
  }

  /// Where there are no locks, it is said, and a shard does not take over what another one has.
  @Test func withoutLocksItIsSaid() throws {
    let experiment = try experiment(["seeds=[1,2]"])
    var share = Sweep.Share(shard: Shard(2, of: 2), patience: .milliseconds(400))
    func run() throws -> [String] {
      var sweep = try sweep(experiment, "shards", share)
      sweep.system = { _, _ in
        errno = ENOLCK
        return -1
      }
      var events: [String] = []
      _ = try sweep.run { event, _ in
        if case .withoutLocks = event { events.append("no locks") }
        if case .waiting(let learner, let owner) = event { events.append("\(learner) of \(owner)") }
      }
      return events
    }
    let error = #expect(throws: ExperimentError.self) { try run() }
    #expect(
      error?.description == """
        waited 0 minutes without any progress for teacher mlp:16, which shard 1/2 trains: end that \
        process and start its shard again, or give it more minutes with --wait
        """)
    share.shard = Shard(1, of: 2)
    #expect(try run() == ["no locks"])
    share.shard = Shard(2, of: 2)
    #expect(try run() == ["no locks"])
    try merge("shards")
  }

  /// What a shard says of itself, and what is seen of it.
  @Test func shardsSayHowFarTheyAre() throws {
    let experiment = try experiment(["seeds=[1,2]"])
    func note(_ event: RunEvent, _: RunState) throws {
      guard case .training(_, .epoch) = event else { return }
      let status = try RunStatus(of: folder.path("shards"))
      #expect(status.shards.map { $0.isAlive } == [true])
      #expect(status.shards.map { $0.progress.activity } == [.running])
      #expect(status.notBegun.map { $0.shard } == [Shard(2, of: 2)])
      #expect(status.of == 5 && !status.hasEnded)
    }
    _ = try sweep(experiment, "shards", .init(shard: Shard(1, of: 2))).run(report: note)
    _ = try sweep(experiment, "shards", .init(shard: Shard(2, of: 2))).run()
    var status = try RunStatus(of: folder.path("shards"))
    #expect(status.shards.map { $0.progress.activity } == [.done, .done])
    #expect(status.shards.map { $0.isAlive } == [false, false])
    #expect((status.done, status.of) == (5, 5))
    #expect(status.notBegun == [])
    try merge("shards")
    status = try RunStatus(of: folder.path("shards"))
    #expect(status.hasEnded)
    #expect(throws: ExperimentError.noRun(folder.path("none"))) {
      try RunStatus(of: folder.path("none"))
    }
  }

  /// Shards that wait for the same training are no sign to each other that it goes on.
  @Test func shardsThatWaitDoNotWaitForEachOther() throws {
    let experiment = try experiment(["seeds=[1,2,3]"])
    #expect(throws: ExperimentError.interrupted(folder: folder.path("shards"))) {
      try sweep(experiment, "shards", .init(shard: Shard(1, of: 3))).run(isInterrupted: { true })
    }
    let path = folder.path("shards/trainings/teacher.lock")
    guard case .taken(let lock) = FileLock.attempt(file: path) else {
      throw Problem(text: "nobody has the teacher")
    }
    nonisolated(unsafe) let tests = self
    let problems = Mutex<[String]>([])
    DispatchQueue.concurrentPerform(iterations: 2) { index in
      do {
        let share = Sweep.Share(shard: Shard(index + 2, of: 3), patience: .milliseconds(600))
        _ = try tests.sweep(experiment, "shards", share).run()
      } catch {
        problems.withLock { $0.append("\(error)") }
      }
    }
    withExtendedLifetime(lock) {}
    let start = "waited 0 minutes without any progress for teacher mlp:16, which "
    #expect(problems.withLock { $0.count } == 2)
    #expect(problems.withLock { $0.allSatisfy { $0.hasPrefix(start) } })
  }

  /// A training whose files are damaged is named, with what to do about it.
  @Test func aDamagedTrainingIsTrainedAgain() throws {
    let experiment = try experiment()
    let expected = try whole(experiment)
    let share = Sweep.Share(shard: Shard(1, of: 1))
    _ = try sweep(experiment, "shards", share).run()
    let state = folder.path("shards/trainings/1-ce-seed2.safetensors")
    let weights = folder.path("shards/checkpoints/1-ce-seed2.safetensors")
    try FileManager.default.removeItem(atPath: weights)
    let missing = #expect(throws: ExperimentError.self) { try merged("shards").results() }
    #expect(
      missing?.description == """
        the run cannot go on from '\(state)': its weights '\(weights)' are missing; remove \
        '\(state)', and it is trained again
        """)
    var bytes = try Data(contentsOf: URL(filePath: state))
    bytes[bytes.count - 5] ^= 1
    try bytes.write(to: URL(filePath: state))
    let damaged = #expect(throws: ExperimentError.self) {
      try sweep(experiment, "shards", share).run()
    }
    #expect(
      damaged?.description.hasSuffix("; remove '\(state)', and it is trained again") == true)
    try FileManager.default.removeItem(atPath: state)
    // What a killed process left half-written goes too.
    try Data().write(to: URL(filePath: folder.path("shards/checkpoints/.1a2b.partial")))
    _ = try sweep(experiment, "shards", share).run()
    try merge("shards")
    #expect(try files("shards") == expected)
  }

  /// A folder in which another shard has just taken its locks, and written nothing, is one to begin in.
  @Test func aFolderInWhichAnotherShardBeginsIsNoObstacle() throws {
    for name in ["checkpoints", "trainings", "shards"] {
      try FileManager.default.createDirectory(
        atPath: folder.path("shards/\(name)"), withIntermediateDirectories: true)
    }
    for name in ["run.lock", "2-of-2.lock", "2-of-2.json"] {
      try Data().write(to: URL(filePath: folder.path("shards/shards/\(name)")))
    }
    let share = Sweep.Share(shard: Shard(1, of: 2))
    _ = try sweep(experiment(["seeds=[1,2]"]), "shards", share).run()
    #expect(FileManager.default.fileExists(atPath: folder.path("shards/trainings/run.safetensors")))
  }

  /// Small students with enough to learn are trained several at once; a share has no more jobs than students.
  @Test func jobsAreChosenByTheStudents() throws {
    let few = try experiment(["seeds=[1,2]"])
    #expect(few.jobs(of: .init(), threads: 8) == 1, "there is little to train")
    let long = try experiment(["seeds=[1,2]", "student.training.epochs=10000"])
    #expect(long.jobs(of: .init(), threads: 8) == 4)
    #expect(long.jobs(of: .init(), threads: 3) == 3)
    #expect(long.jobs(of: .init(shard: Shard(1, of: 2)), threads: 8) == 2)
    let large = try experiment(
      ["seeds=[1,2]", "student.training.epochs=10000", "student.network=mlp:200"])
    #expect(large.jobs(of: .init(), threads: 8) == 1)
  }

  /// A process on another machine, whose locks may not be seen here, is there while it is heard of.
  @Test func aShardOfAnotherMachineIsThereWhileItIsHeardOf() throws {
    let results = try ResultsFolder(folder.path("shards"), ifThere: .resume)
    try FileManager.default.createDirectory(
      atPath: results.shards, withIntermediateDirectories: true)
    var progress = ShardProgress(
      shard: try #require(Shard(1, of: 2)), activity: .running, host: "elsewhere", process: 1,
      done: 0, of: 1)
    results.write(progress)
    #expect(results.isAlive(progress, seenFrom: "here"))
    #expect(!results.isAlive(progress, seenFrom: "elsewhere"), "its lock would be held")
    progress.activity = .interrupted
    #expect(!results.isAlive(progress, seenFrom: "here"))
    progress.activity = .waiting
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSinceNow: -61)],
      ofItemAtPath: results.file(of: progress.shard, nil))
    #expect(!results.isAlive(progress, seenFrom: "here"))
    let age = try #require(results.age(of: progress))
    #expect((60..<120).contains(age))
  }
}
