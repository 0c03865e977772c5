extension RunPlan {
  /// A run in several processes, each of which has some of the trainings.
  package struct Shards: Codable, Equatable, Sendable {
    package var shares: [Share]
    /// The seconds until the last process is done, if all run at once. No stage begins before the one before
    /// it is done.
    package var seconds: Double
    /// The line of a shell that runs all processes at once.
    package var loop: String
    /// The command that makes the results.
    package var merge: String
  }

  /// The trainings of one process.
  package struct Share: Codable, Equatable, Sendable {
    /// Its place, and how many there are: `3/16`.
    package var shard: String
    package var trainings: Int
    /// The seconds that its own work takes, without waiting for teachers of others.
    package var seconds: Double
    package var command: String
  }

  /// Deals the run out to processes.
  ///
  /// - Parameters:
  ///   - count: The number of processes.
  ///   - experiment: The experiment that the plan is of.
  ///   - command: The command of a shard, whose name is its place or an expression of the shell.
  ///   - merge: The command that makes the results.
  package mutating func deal(
    to count: Int, of experiment: Experiment, by command: (String) -> String, merge: String
  ) {
    let shards = experiment.shards(count: count)
    var trainings = Array(repeating: 0, count: count)
    var seconds = Stage.allCases.map { _ in Array(repeating: 0.0, count: count) }
    for learner in experiment.learners {
      guard let shard = shards[learner], let stage = Stage.allCases.firstIndex(of: learner.stage)
      else { continue }
      trainings[shard.number - 1] += 1
      seconds[stage][shard.number - 1] += self.seconds(of: learner, in: experiment)
    }
    // Every process with students asks the teachers once more.
    let students = seconds.count - 1
    for index in 0..<count where seconds[students][index] > 0 {
      seconds[students][index] += preparations.reduce(0) {
        $0 + $1.secondsEach * ($1.count == 1 ? 1 : Double($1.count) / Double(count))
      }
    }
    self.shards = Shards(
      shares: (0..<count).map { index in
        Share(
          shard: "\(index + 1)/\(count)", trainings: trainings[index],
          seconds: seconds.reduce(0) { $0 + $1[index] }, command: command("\(index + 1)/\(count)"))
      },
      seconds: seconds.reduce(0) { $0 + ($1.max() ?? 0) },
      loop: "for i in $(seq \(count)); do KINDRED_THREADS=\(max(1, threads / count)) "
        + "\(command("\"$i/\(count)\"")) & done; wait",
      merge: merge)
  }

  /// The seconds that a training takes.
  private func seconds(of learner: Learner, in experiment: Experiment) -> Double {
    switch learner {
    case .teacher(let index), .teacherOfSeed(let index, _):
      let place = experiment.trainedTeachers.firstIndex(of: index) ?? 0
      let teachers = rows.filter { $0.role == "teacher" }
      return place < teachers.count ? teachers[place].secondsEach : 0
    case .student(let row, _), .candidate(let row, _, _):
      let students = rows.first { $0.role != "teacher" && $0.name == row }
      return (learner.triedWeight == nil ? students?.secondsEach : students?.secondsPerCandidate)
        ?? 0
    }
  }
}
