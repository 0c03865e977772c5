import Training

/// One of several processes that share the trainings of a run: `3/16` is the third of sixteen.
public struct Shard: Hashable, Codable, Sendable {
  /// The place of this shard, counted from 1.
  public let number: Int
  /// The number of all shards.
  public let count: Int

  /// The greatest number of shards.
  package static let most = 100_000

  /// The shard that has everything.
  package static let whole = Shard(number: 1, count: 1)

  private init(number: Int, count: Int) { (self.number, self.count) = (number, count) }

  /// A shard, unless the number is not from 1 to the count, or the count is above 100,000.
  public init?(_ number: Int, of count: Int) {
    guard (1...Self.most).contains(count), (1...count).contains(number) else { return nil }
    self.init(number: number, count: count)
  }

  /// The shard of a text such as `3/16`.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let number = parts[0], let count = parts[1] else { return nil }
    self.init(number, of: count)
  }
}

extension Shard: CustomStringConvertible {
  /// The shard as it is written: `3/16`.
  public var description: String { "\(number)/\(count)" }
}

/// The parts of a run that follow each other: students learn from teachers, and with weights that were
/// chosen before.
public enum Stage: String, CaseIterable, Codable, Sendable {
  /// The trainings of teachers.
  case teachers
  /// The trainings by which weights are chosen.
  case weights
  /// The trainings of students.
  case students
}

extension Learner {
  /// The stage in which this learner is trained.
  package var stage: Stage {
    switch self {
    case .teacher, .teacherOfSeed: .teachers
    case .candidate: .weights
    case .student: .students
    }
  }
}

extension Experiment {
  /// The shard, among so many, that trains each learner.
  ///
  /// The learners of a stage are dealt out in turn: teachers, then the weights of each row, then the seeds of
  /// each row. A student that another student teaches is with its teacher, so that no student waits for
  /// another shard's.
  package func shards(count: Int) -> [Learner: Shard] {
    var places: [Stage: Int] = [:]
    var shards: [Learner: Shard] = [:]
    func deal(_ learner: Learner) {
      let place = places[learner.stage, default: 0]
      places[learner.stage] = place + 1
      shards[learner] = Shard(place % count + 1, of: count)
    }
    let all = learners
    for learner in all where learner.stage != .students { deal(learner) }
    for row in rows {
      for seed in recipe.seeds {
        let learner = Learner.student(row: row.name, seed: seed)
        let teacher = teachers(of: learner).first { $0.stage == .students }
        if let shard = teacher.flatMap({ shards[$0] }) {
          shards[learner] = shard
        } else {
          deal(learner)
        }
      }
    }
    return shards
  }

  /// The learners that a shard trains, in the order of a run; with a stage, those of that stage.
  package func learners(of shard: Shard, stage: Stage? = nil) -> [Learner] {
    let shards = shards(count: shard.count)
    return learners.filter { shards[$0] == shard && (stage == nil || $0.stage == stage) }
  }
}

extension Experiment {
  /// How many trainings of a share pay to go on at once, if there are so many threads: as many as there are
  /// threads, if all students are small and there is enough to train, and otherwise one.
  ///
  /// A step of a small network is too short to be divided, so several trainings use the cores better.
  package func jobs(of share: Sweep.Share, threads: Int) -> Int {
    let learners = learners(of: share.shard ?? .whole, stage: share.stage)
    let students = learners.filter { $0.stage != .teachers }
    let examples = students.compactMap { row(of: $0)?.row }.reduce(0) {
      $0 + $1.settings.training.length(images: $1.images.count).steps * $1.settings.training.batch
    }
    let areSmall = rows.allSatisfy {
      Model.blank($0.network).weights.parameterCount <= SmallStudents.parameters
    }
    guard areSmall, examples >= SmallStudents.examples else { return 1 }
    return max(1, min(threads, students.count))
  }
}

/// When several trainings go on at once by themselves.
private enum SmallStudents {
  /// The greatest number of parameters.
  static let parameters = 100_000
  /// The least number of images that all students see; below, a run takes seconds.
  static let examples = 100_000
}
