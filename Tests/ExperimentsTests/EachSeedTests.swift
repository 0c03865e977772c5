import Foundation
import Kindred
import TestSupport
import Testing

@testable import Experiments
@testable import Training

/// Recipes whose students have a teacher, or images, of their seed.
@Suite struct EachSeedTests {
  static let images = ["student.training.images=32", "teacher.training.images=40"]

  func experiment(_ changes: [String], rows: [String] = ["ce", "ce + kd"]) throws -> Experiment {
    try Experiment(ExperimentTests.recipe(rows, Self.images + changes), registry: .linked)
  }

  /// The losses and accuracies of the students of a seed.
  private func numbers(of results: Results, seed: UInt64) -> [[Double]] {
    results.rows.map { row in
      row.history.filter { $0.seed == seed }.flatMap {
        $0.epochs.flatMap { [$0.loss, $0.accuracy ?? -1] }
      }
    }
  }

  /// A student learns what it would have learned from the one teacher of its seed.
  @Test func eachSeedHasItsTeacher() throws {
    let experiment = try experiment(["seeds=[3,5]", "teacher.seed=each"])
    #expect(
      experiment.learners.prefix(2) == [.teacherOfSeed(0, seed: 3), .teacherOfSeed(0, seed: 5)])
    let results = try experiment.run()
    for seed in [3, 5] as [UInt64] {
      let alone = try self.experiment(["seeds=[\(seed)]", "teacher.seed=\(seed)"]).run()
      #expect(numbers(of: results, seed: seed) == numbers(of: alone, seed: seed))
      let accuracy = alone.teacher?.metrics["accuracy"]
      #expect(results.teacher?.values?["accuracy"]?[seed == 3 ? 0 : 1] == accuracy)
    }
    let shared = try self.experiment(["seeds=[3,5]"]).run()
    #expect(
      numbers(of: shared, seed: 3)[0] == numbers(of: results, seed: 3)[0], "ce has no teacher")
    #expect(numbers(of: shared, seed: 3)[1] != numbers(of: results, seed: 3)[1])
    let values = try #require(results.teacher?.values?["accuracy"])
    #expect(results.teacher?.metrics["accuracy"] == (values[0] + values[1]) / 2)
    #expect(try Results.read(results.json).teacher?.values == results.teacher?.values)
  }

  /// The images that networks are trained on are those of their seed; all rows of a seed have the same.
  @Test func eachSeedHasItsImages() throws {
    let row = #"rows=[{ name: "w", loss: "ce + weight*kd", weights: [1, 2] }, { loss: "ce" }]"#
    let experiment = try Experiment(
      ExperimentTests.recipe(
        ["ce"], Self.images + ["seeds=[1,2]", "data.seed=each", "validation.images=16", row]),
      registry: .linked)
    func places(_ learner: Learner) throws -> Set<[UInt8]> {
      let images = try #require(try experiment.drawnRow(of: learner)).images
      return Set((0..<images.count).map { Array(images.image(at: $0).pixels) })
    }
    let one = try places(.student(row: "w", seed: 1))
    #expect(try one == places(.student(row: "ce", seed: 1)))
    #expect(try one != places(.student(row: "w", seed: 2)))
    #expect(one.count == 32)
    let tried = Learner.candidate(row: "w", weight: 1, seed: 1000)
    let validation = try #require(try experiment.drawnRow(of: tried)?.validation)
    #expect(validation.count == 16)
    let kept = Set((0..<validation.count).map { Array(validation.image(at: $0).pixels) })
    #expect(try kept.isDisjoint(with: places(tried)))
    // A teacher of all seeds keeps its images.
    #expect(
      try experiment.images(ofTeacher: .teacher(0))?.hasSameImages(
        as: experiment.teachers[0].images) == true)

    // With the seed that is also the shared one, nothing changes.
    let same = try self.experiment(["seeds=[0]", "data.seed=each"]).run()
    let shared = try self.experiment(["seeds=[0]"]).run()
    #expect(numbers(of: same, seed: 0) == numbers(of: shared, seed: 0))
    let other = try self.experiment(["seeds=[1]", "data.seed=each"]).run()
    #expect(
      try numbers(of: other, seed: 1) != numbers(of: self.experiment(["seeds=[1]"]).run(), seed: 1))
  }

  /// Whoever trains them, the bytes are the same; and each teacher has a file.
  @Test func shardsMakeTheSameResults() throws {
    let tests = try SweepTests()
    let changes = SweepTests.changes + ["teacher.seed=each", "data.seed=each"]
    let experiment = try tests.experiment(changes)
    // Those that choose a weight, and those of the students.
    #expect(experiment.learners.count { $0.stage == .teachers } == 4)
    let expected = try tests.whole(experiment)
    #expect(expected.keys.contains("checkpoints/teacher-seed1000.safetensors"))
    #expect(expected.keys.contains("checkpoints/teacher-seed2.safetensors"))
    _ = try tests.sweep(experiment, "jobs", .init(jobs: 3)).run()
    #expect(try tests.files("jobs") == expected)
    for number in [2, 1] {
      _ = try tests.sweep(experiment, "shards", .init(shard: Shard(number, of: 2))).run()
    }
    try tests.merge("shards")
    #expect(try tests.files("shards") == expected)
  }

  /// If the teachers diverge, the students that need none are trained, whoever trains them.
  @Test func aTeacherThatDivergesTakesItsStudents() throws {
    let tests = try SweepTests()
    let experiment = try tests.experiment([
      "seeds=[1,2]", "teacher.seed=each", "teacher.training.optimizer.rate=1e20",
      "validation.images=16", "student.training.images=32",
      #"rows=[{ loss: "ce" }, { loss: "kd" }, { name: "w", loss: "ce + weight*kd", weights: [1, 2] }]"#,
    ])
    let expected = try tests.whole(experiment)
    let results = try Results.read(
      Data(contentsOf: URL(filePath: tests.folder.path("whole/results.json"))))
    #expect(results.teacher == nil)
    #expect(results.rows[0].metrics["accuracy"]?.values.count == 2)
    for row in results.rows.dropFirst() {
      #expect(row.divergences?.map { $0.learner } == [.teacher, .teacher])
      #expect(
        row.divergences?.first?.problem.hasPrefix("its teacher mlp:16, seed 1, diverged: ") == true)
    }
    _ = try tests.sweep(experiment, "jobs", .init(jobs: 3)).run()
    #expect(try tests.files("jobs") == expected)
    // A teacher of all students is needed by all.
    #expect(throws: TrainingError.self) {
      try tests.experiment(["teacher.training.optimizer.rate=1e20", "seeds=[1]"]).run()
    }
  }

  @Test(arguments: [
    (["data.seed=eech"], "data.seed: expected a whole number or 'each', not 'eech'"),
    (
      ["teacher.seed=each", "teacher.load=t.safetensors"],
      "teacher.seed: the teacher is loaded, so it is the same for each seed of the students"
    ),
    (
      ["evaluation.recall=[1]", #"evaluation.domain={ set: "glyphs", seed: "each" }"#],
      "evaluation.domain.seed: no network is trained on it: expected a number"
    ),
  ])
  func whatCannotBeForEachSeed(_ changes: [String], _ problem: String) throws {
    let error = #expect(throws: SettingError.self) { try experiment(changes) }
    #expect(error?.description == problem)
  }

  @Test func imagesOfEachSeedMustBeChosen() throws {
    let error = #expect(throws: SettingError.self) {
      try Experiment(
        ExperimentTests.recipe(
          ["ce"],
          ["data.seed=each", "student.training.images=null", "teacher.training.images=32"]),
        registry: .linked)
    }
    #expect(
      error?.description == """
        data.seed: every student is trained on all images, so none are chosen: \
        'student.training.images' says how many
        """)
  }
}
