import Foundation
import Kindred
import Tensors
import TestSupport
import Testing

@testable import Experiments

/// The teachers' outputs that are held, and how long they are held.
@Suite struct SupervisionTests {
  let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  /// The recipe has two teachers and a student that teaches. `wide` reads outputs of 16 and 32
  /// numbers per image, the others one of 16.
  static let rows = """
    [{ name: "kd", loss: "ce + kd" },
     { name: "wide", loss: "ce + kd + 0.1*sp(layer: hidden1)" },
     { name: "other", loss: "ce + weight*kd", teacher: { network: "mlp:4" }, weights: [1, 2] },
     { name: "own", loss: "ce + kd", taughtBy: "kd" },
     { name: "ce", loss: "ce" }]
    """

  /// The memory of 16 numbers for each of 48 images and their mirrored images.
  static let bytes = 16 * 48 * 2 * 4

  func experiment(teacherOutputLimit: Int? = nil) throws -> Experiment {
    var experiment = try Experiment(
      RowSettingsTests.recipe(
        Self.rows,
        [
          "teacher.network=mlp:32:8", "student.training.augmentation={flip: true}",
          "data.train=80", "validation.images=16",
        ]), registry: .linked)
    experiment.teacherOutputLimit = teacherOutputLimit ?? experiment.teacherOutputLimit
    return experiment
  }

  /// The states in which the students begin, in order.
  func beginnings(
    of experiment: Experiment
  ) throws -> [(learner: Learner, state: RunState)] {
    var states: [(Learner, RunState)] = []
    _ = try experiment.run { event, state in
      guard case .begin(let learner, _) = event, experiment.row(of: learner) != nil else { return }
      states.append((learner, state))
    }
    return states
  }

  @Test func theCapacityChangesNoBit() throws {
    func text(_ teacherOutputLimit: Int?) throws -> String {
      let experiment = try experiment(teacherOutputLimit: teacherOutputLimit)
      return try ExperimentTests.withoutSeconds(experiment.run { _, _ in })
    }
    let expected = try text(nil)
    for teacherOutputLimit in [0, Self.bytes, 3 * Self.bytes] {
      #expect(try text(teacherOutputLimit) == expected)
    }
  }

  /// For each student, in order, the memory that is held while it learns, in units of 16 numbers
  /// for every image, and the rows whose own outputs are held.
  @Test(arguments: [
    // Outputs are held from their first use to their last reader, and a student's while it teaches.
    (
      nil, [1, 1, 4, 4, 4, 5, 4, 4, 4, 1, 1, 0],
      "other other kd wide other own kd wide other own"
    ),
    (0, Array(repeating: 0, count: 12), ""),
    // There is room for one output at a time, and none for the wide layer.
    (1, [1, 1, 1, 1, 1, 1, 0, 1, 0, 1, 1, 0], "other other kd other own kd other own"),
    // The outputs of one teacher make room for those of the other.
    (
      3, [1, 1, 3, 3, 1, 2, 1, 3, 3, 1, 1, 0],
      "other other kd wide other own kd wide other own"
    ),
  ])
  func whatIsHeld(_ teacherOutputLimit: Int?, _ units: [Int], _ held: String) throws {
    let experiment = try experiment(teacherOutputLimit: teacherOutputLimit.map { $0 * Self.bytes })
    var store = try SupervisionStore(for: experiment, cachingIn: nil)
    var (found, names) = ([Int](), [String]())
    for (learner, state) in try beginnings(of: experiment) {
      let (row, seed) = try #require(experiment.row(of: learner))
      let supervision = try store.supervision(for: row, seed: seed, state) { _ in }
      #expect(
        store.bytes <= experiment.teacherOutputLimit && store.bytes.isMultiple(of: Self.bytes))
      found.append(store.bytes / Self.bytes)
      if supervision.outputs.contains(where: { $0 != nil }) { names.append(row.name) }
      #expect(supervision.teachers.isEmpty == (row.name == "ce"))
    }
    #expect(found == units)
    #expect(names.joined(separator: " ") == held)
  }

  /// A student is kept as a teacher as long as another is still to learn from it.
  @Test func studentsTeachUntilNobodyIsLeft() throws {
    var teaching: [String] = []
    _ = try experiment().run { event, state in
      guard case .student = event else { return }
      teaching.append(
        state.teachingStudents.keys.map { "\($0)" }.sorted().joined(separator: " "))
    }
    let kd = (1...2).map { #"student(row: "kd", seed: \#($0))"# }
    #expect(teaching == ["", "", kd[0], kd[0], kd[0], "", "", kd[1], kd[1], kd[1], "", ""])
  }

  /// If the cache cannot be written, this is reported once, and the results are the same.
  @Test func aCacheThatCannotBeWritten() throws {
    let experiment = try experiment()
    let expected = try ExperimentTests.withoutSeconds(experiment.run { _, _ in })
    try Data().write(to: URL(filePath: folder.path("file")))
    for cache in ["file", "file/cache", "none/cache"] {
      var notes: [String] = []
      let results = try experiment.run(cachingIn: folder.path(cache)) { event, _ in
        if case .uncached(let error) = event { notes.append("\(error)") }
      }
      #expect(notes.count == 1)
      #expect(notes.first?.contains("/\(cache)/teacher-") == true, "\(notes)")
      #expect(notes.first?.contains("cannot be written: ") == true, "\(notes)")
      #expect(try ExperimentTests.withoutSeconds(results) == expected)
    }
  }
}
