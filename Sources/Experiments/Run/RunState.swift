import Distillation
import TensorFiles
package import Training

/// The progress of a run: the learners that are trained, their results, and the state of the
/// training that has begun.
public struct RunState: Sendable {
  /// The teachers that are trained or loaded, in the order in which that happened.
  var teachers: [(learner: Learner, teacher: Teacher)] = []
  /// The students that are trained or diverged, in the order in which that happened.
  var students: [WithJSON<Student>] = []
  /// The students that still have a student of a later row to teach.
  var teachingStudents: [Learner: Model] = [:]
  /// The training that has begun and not ended.
  var current: Current?

  /// The state of a run that has not begun.
  public init() {}

  struct Teacher: Sendable {
    let summary: Results.Teacher
    /// The trained network; `nil` if its training diverged.
    let network: Model?
    /// The checksum of the weights, which are in a file of their own; empty if there is none.
    let checksum: String
    /// How the training diverged, if it did.
    let problem: String?

    init(summary: Results.Teacher, network: Model) {
      (self.summary, self.network, problem) = (summary, network, nil)
      checksum = Checksum(of: network.weights.tensors).text
    }

    init(summary: Results.Teacher, diverged problem: String) {
      (self.summary, network, checksum, self.problem) = (summary, nil, "", problem)
    }
  }

  struct Student: Codable, Sendable {
    var row: String
    var seed: UInt64
    /// The weight that the student tried, if it was trained to choose one.
    var weight: Double?
    var metrics: [String: Double]
    var history: [Epoch]
    /// The checksum of the weights, which are in a file of their own. A student that tried a weight
    /// has none.
    var checksum: String?
    /// Whether the student was not trained, since its weight lies beyond an end of those to try and the best one is
    /// not there.
    var isLeftOut: Bool?
    /// The reason if there is no student; the history then holds the epochs before.
    var divergence: Results.Divergence?
  }

  struct Current: Sendable {
    var learner: Learner
    var training: Trainer.State
  }
}

extension RunState {
  /// Every epoch that was finished, in order, with its learner.
  package var epochs: [(learner: Learner, epoch: Epoch)] {
    var histories = teachers.map { ($0.learner, $0.teacher.summary.history) }
    histories += students.map { ($0.learner, $0.history) }
    if let current { histories.append((current.learner, current.training.history)) }
    return histories.flatMap { learner, history in history.map { (learner, $0) } }
  }

  /// A teacher, if it is trained or loaded.
  func teacher(_ learner: Learner) -> Teacher? {
    teachers.first { $0.learner == learner }?.teacher
  }

  /// Whether anything has been done.
  package var isBegun: Bool { current != nil || !finished.isEmpty || !students.isEmpty }

  /// The learners that are trained, in order. Loaded teachers and students that diverged are left
  /// out.
  package var finished: [Learner] {
    teachers.filter { !$0.teacher.summary.isLoaded && $0.teacher.problem == nil }.map { $0.learner }
      + students.filter { $0.divergence == nil && $0.isLeftOut == nil }.map { $0.learner }
  }

  /// The students that do not exist because a training diverged.
  package var diverged: [(learner: Learner, divergence: Results.Divergence)] {
    students.compactMap { student in student.divergence.map { (student.learner, $0) } }
  }

  /// The learner that is being trained, with the number of its finished epochs and of the steps
  /// taken in the next one; `nil` if none is.
  public var position: (learner: Learner, epochs: Int, steps: Int)? {
    current.map { ($0.learner, $0.training.history.count, $0.training.step) }
  }

  func isFinished(_ learner: Learner) -> Bool {
    if learner.stage == .teachers { return teacher(learner) != nil }
    return students.contains { $0.learner == learner }
  }

  /// Why there is no such student; `nil` if none diverged.
  func divergence(of learner: Learner) -> Results.Divergence? {
    students.first { $0.learner == learner }?.divergence
  }

  mutating func finish(_ teacher: Teacher, _ learner: Learner) {
    teachers.append((learner, teacher))
    // If the teacher was loaded, the current training may be a student's.
    if current?.learner == learner { current = nil }
  }

  /// Adds a student whose training has ended.
  ///
  /// - Throws: `EncodingError`.
  mutating func finish(_ student: Student) throws {
    students.append(try WithJSON(student))
    current = nil
  }

  /// This state with another current training.
  func with(_ current: Current?) -> Self {
    var state = self
    state.current = current
    return state
  }
}

extension RunState {
  /// The learners of an experiment whose training has not come to its end.
  func learnersToCome(of experiment: Experiment) -> [Learner] {
    experiment.learners.filter { !isFinished($0) }
  }

  /// Releases the students that have none left to teach.
  mutating func dismissTeachers(of experiment: Experiment) {
    let needed = Set(learnersToCome(of: experiment).flatMap(experiment.teachers(of:)))
    teachingStudents = teachingStudents.filter { needed.contains($0.key) }
  }

  /// The weights of a row that were tried, and the one that is taken. It is `nil` if the row has no
  /// weight to choose, if not all were tried yet, or if trainings diverged with every weight.
  func choice(of row: Experiment.Row, by validation: ValidationSettings) -> Results.Choice? {
    choice(of: row, among: row.weights, by: validation)
  }

  /// The choice among some of a row's weights; `nil` if not all of them were tried yet, or all diverged.
  func choice(
    of row: Experiment.Row, among weights: [Double], by validation: ValidationSettings
  ) -> Results.Choice? {
    let (metric, seeds) = (validation.metric, validation.allSeeds)
    // The order is that of the recipe, whichever training came first.
    let all = weights.map { weight in
      (
        weight,
        seeds.compactMap { seed in
          students.first { $0.row == row.name && $0.weight == weight && $0.seed == seed }
        }
      )
    }
    guard !all.isEmpty, all.allSatisfy({ $0.1.count == seeds.count }) else { return nil }
    var tried = all.filter { $0.1.allSatisfy { $0.isLeftOut == nil } }.map { weight, students in
      let values = students.compactMap { $0.metrics[metric] }
      return Results.Choice.Tried(
        weight: weight, value: values.count == seeds.count ? Summary(values).mean : nil,
        values: seeds.count > 1 ? values : nil,
        divergence: students.lazy.compactMap { $0.divergence?.problem }.first)
    }
    guard let value = tried.compactMap({ $0.value }).max(),
      let best = tried.first(where: { $0.value == value })
    else { return nil }
    if tried.count > row.grid.given.count { tried.sort { $0.weight < $1.weight } }
    return Results.Choice(metric: metric, tried: tried, weight: best.weight)
  }
}

extension RunState.Student {
  var learner: Learner {
    weight.map { .candidate(row: row, weight: $0, seed: seed) } ?? .student(row: row, seed: seed)
  }
}
