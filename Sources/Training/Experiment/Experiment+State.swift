import Distillation

extension Experiment {
  /// How far a run has come: who is trained, what came of it, and where the training in between is.
  public struct State: Sendable {
    /// The teacher, once there is one.
    var teacher: Teacher?
    /// The students that are trained, in the order in which they were.
    var students: [Encoded<Student>] = []
    /// The training that has begun and not ended.
    var current: Current?

    /// That of a run that has not begun.
    public init() {}

    struct Teacher: Sendable {
      let summary: Results.Teacher
      let network: TrainedNetwork
      /// Of the weights, which are in a file of their own.
      let checksum: String

      init(summary: Results.Teacher, network: TrainedNetwork) {
        (self.summary, self.network) = (summary, network)
        checksum = Checksum(of: network.weights.tensors).text
      }
    }

    struct Student: Codable, Sendable {
      var row: String
      var seed: UInt64
      var metrics: [String: Double]
      var history: [Results.Epoch]
      /// Of the weights, which are in a file of their own.
      var checksum: String
    }

    struct Current: Sendable {
      var learner: Learner
      var training: Trainer.State
    }
  }
}

extension Experiment.State {
  /// Every epoch that was finished, in order, with the learner it was of.
  public var epochs: [(learner: Experiment.Learner, epoch: Results.Epoch)] {
    var histories = [(Experiment.Learner.teacher, teacher?.summary.history ?? [])]
    histories += students.map { ($0.learner, $0.history) }
    if let current { histories.append((current.learner, current.training.history)) }
    return histories.flatMap { learner, history in history.map { (learner, $0) } }
  }

  /// Whether anything is done.
  public var isBegun: Bool { current != nil || !finished.isEmpty }

  /// Who is trained, in order; not a teacher that was loaded.
  public var finished: [Experiment.Learner] {
    (teacher.map { $0.summary.isLoaded } == false ? [.teacher] : []) + students.map { $0.learner }
  }

  /// Who is being trained, and how far that is: epochs and, of the next, steps.
  public var position: (learner: Experiment.Learner, epochs: Int, steps: Int)? {
    current.map { ($0.learner, $0.training.history.count, $0.training.step) }
  }

  func isFinished(_ row: String, seed: UInt64) -> Bool {
    students.contains { $0.row == row && $0.seed == seed }
  }

  mutating func finish(_ teacher: Teacher) {
    self.teacher = teacher
    // Where the teacher was loaded, it may be a student's.
    if current?.learner == .teacher { current = nil }
  }

  /// Throws `EncodingError`.
  mutating func finish(_ student: Student) throws {
    students.append(try Encoded(student))
    current = nil
  }

  /// This state with that training.
  func with(_ current: Current?) -> Self {
    var state = self
    state.current = current
    return state
  }
}

extension Experiment.State.Student {
  var learner: Experiment.Learner { .student(row: row, seed: seed) }
}

extension Experiment {
  /// What a run that has come to its end has found.
  func results(of state: State) -> Results {
    var results = Results(recipe: recipe)
    results.teacher = state.teacher?.summary
    let parameters = initialStudent(seed: 0).weights.parameterCount
    let first = recipe.rows.first.map { row in state.students.filter { $0.row == row.name } } ?? []
    results.rows = zip(recipe.rows, losses).enumerated().map { index, row in
      let students = state.students.filter { $0.row == row.0.name }
      let names = Set(students.flatMap { $0.metrics.keys })
      func values(_ name: String, _ students: [Encoded<State.Student>]) -> [Double] {
        students.compactMap { $0.metrics[name] }
      }
      return Results.Row(
        name: row.0.name, formula: row.1.formula, network: student.name, parameters: parameters,
        metrics: Dictionary(
          uniqueKeysWithValues: names.map { name in
            (
              name,
              Results.Metric(
                values(name, students), first: index == 0 ? nil : values(name, first))
            )
          }),
        history: students.map { Results.History(seed: $0.seed, epochs: $0.history) },
        seconds: students.flatMap { $0.history }.reduce(0) { $0 + $1.seconds },
        warnings: students.flatMap { student in
          student.history.balanceWarnings.map { "seed \(student.seed): \($0)" }
        })
    }
    return results
  }
}
