import Foundation
import Kindred
import TestSupport
import Testing

@testable import Experiments
@testable import Training

/// Recipes with several teachers.
@Suite struct TeacherListTests {
  static let teachers = """
    teacher=[
      { network: "mlp:16", training: { epochs: 1, batch: 32 } },
      { name: "small", network: "mlp:6", training: { epochs: 1, batch: 32 } },
    ]
    """

  func recipe(
    _ rows: [String], _ changes: [String] = [], teachers: String = Self.teachers
  ) throws -> Recipe {
    try ExperimentTests.recipe(rows, [teachers, "seeds=[1]"] + changes)
  }

  func run(_ rows: [String], _ changes: [String] = []) throws -> Results {
    try Experiment(recipe(rows, changes), registry: .linked).run { _, _ in }
  }

  /// A row whose term names the second teacher has the student that it has if that is the only one.
  @Test func aTermLearnsFromTheTeacherThatItNames() throws {
    let results = try run([
      "kd", "kd(teacher: 2)", "ce + kd(teacher: small)", "ce + kd + kd(teacher: mean)",
    ])
    #expect(results.teachers?.map { $0.network } == ["mlp:16", "mlp:6"])
    #expect(results.teachers?.map { $0.name } == ["mlp:16", "small (mlp:6)"])
    let both = "mlp:16, small (mlp:6)"
    #expect(results.rows.map { $0.teacher } == ["mlp:16", both, both, both])
    let small = "teacher={ network: \"mlp:6\", training: { epochs: 1, batch: 32 } }"
    let alone = try Experiment(
      ExperimentTests.recipe(["kd", "ce + kd"], [small, "seeds=[1]"]), registry: .linked
    ).run { _, _ in }
    func losses(_ row: Results.Row) -> [Double] { row.history[0].epochs.map { $0.loss } }
    #expect(losses(results.rows[1]) == losses(alone.rows[0]))
    #expect(losses(results.rows[2]) == losses(alone.rows[1]))
    #expect(losses(results.rows[0]) != losses(results.rows[1]))
    #expect(
      results.rows[3].history[0].epochs[0].terms.map { $0.name } == [
        "ce", "kd", "kd(teacher: mean)",
      ])
  }

  /// A name is one that formulas know, and a number is that of the teacher in its list and of its file.
  @Test func teachersAreNamed() throws {
    let recipe = try recipe(
      ["kd(teacher: mean)"],
      teachers: """
        teacher=[
          { network: "mlp:4" }, { network: "mlp:16" }, { network: "mlp:16", seed: 5 },
          { name: "other", network: "mlp:16", seed: 6 },
        ]
        """)
    let names = ["mlp:4", "mlp:16", "mlp:16, number 3", "other (mlp:16)"]
    #expect(recipe.teachers.indices.map(recipe.nameOfTeacher) == names)
    #expect(Learner.teacher(2).fileName(in: recipe) == "teacher-3")
    let results = try Experiment(recipe, registry: .linked).run { _, _ in }
    #expect(results.teachers?.map { $0.name } == names)
    #expect(results.rows[0].teacher == names.joined(separator: ", "))
  }

  /// Outputs that are computed once are cached for each teacher, and give the same bits.
  @Test func outputsAreHeldForEach() throws {
    let changes = ["student.training.augmentation={flip: true}"]
    let rows = ["kd + rkd(teacher: 2)", "kd(teacher: mean)"]
    var experiment = try Experiment(recipe(rows, changes), registry: .linked)
    #expect(try experiment.outputsToKeep().values.map { $0.sizes.count }.sorted() == [1, 2])
    let held = try experiment.run { _, _ in }
    experiment.teacherOutputLimit = 0
    let computed = try experiment.run { _, _ in }
    #expect(
      try ExperimentTests.withoutSeconds(held) == ExperimentTests.withoutSeconds(computed))
    let plan = try RunPlanner(Experiment(recipe(rows, changes), registry: .linked)).plan()
    #expect(
      plan.networks.map { "\($0.role) \($0.network) \($0.outputs.keys.sorted())" } == [
        #"teacher mlp:16 ["logits"]"#, #"teacher mlp:6 ["embedding", "logits"]"#,
        #"student mlp:8 ["embedding", "logits"]"#,
      ])
    #expect(
      plan.preparations.map { "\($0.kind) \($0.teacher)" } == [
        "outputs mlp:16", "outputs small (mlp:6)",
      ])
  }

  /// The mean is that of the probabilities.
  @Test func theMeanIsOfProbabilities() throws {
    let (a, b) = (noise([4, 3], in: -3...3, seed: 1), noise([4, 3], in: -3...3, seed: 2))
    let mean = Outputs(of: [["logits": a], ["logits": b]], giving: ["logits@mean"])
    let found = try #require(mean.tensors["logits@mean"]).softmax().scalars
    let expected = zip(a.softmax().scalars, b.softmax().scalars).map {
      (Double($0) + Double($1)) / 2
    }
    expectClose(found, expected, 1e-6, "mean")
  }

  @Test func aRecipeWritesWhatItReads() throws {
    let recipe = try recipe(["kd(teacher: small)"])
    let read = try Recipe.read(JSONEncoder().encode(recipe))
    #expect(read == recipe)
    #expect(read.teacher?.all.map { $0.name } == [nil, "small"])
  }

  @Test func anInterruptedRunGoesOn() throws {
    let folder = try ScratchFolder()
    let experiment = try Experiment(
      recipe(["ce + kd + fitnet(layer: embedding, teacher: 2)"]), registry: .linked)
    let whole = try experiment.run { _, _ in }
    var count = 0
    #expect(throws: ExperimentError.self) {
      try SavedRun(of: experiment, in: ResultsFolder(folder.path("run"))).results(isInterrupted: {
        count += 1
        return count == 18
      })
    }
    let resumed = try SavedRun(
      of: experiment, in: ResultsFolder(folder.path("run"), ifThere: .resume)
    ).results()
    #expect(
      try ExperimentTests.withoutSeconds(resumed) == ExperimentTests.withoutSeconds(whole))
  }

  @Test(arguments: [
    (
      "kd(teacher: 3)", Self.teachers,
      "rows[0].loss: expected a teacher from 1 to 2, 'small' or mean"
    ),
    (
      "kd(teacher: smal)", Self.teachers,
      """
      rows[0].loss: no teacher 'smal' (did you mean 'small'?); expected a teacher from 1 to 2, 'small' \
      or mean
      """
    ),
    (
      "rkd.angle(teacher: mean)", Self.teachers,
      """
      rows[0].loss: 'embedding@mean': only 'logits' have a mean over teachers, that of their \
      probabilities
      """
    ),
    ("kd(teacher: 2)", "teacher.seed=1", "rows[0].loss: expected teacher 1, the only one"),
    ("kd", "teacher=[]", "teacher: expected a teacher, or a list of teachers"),
    ("kd", "teacher=[{}, {name: \"mean\"}]", "teacher[1].name: expected a word of letters"),
    ("kd", "teacher=[{name: \"a\"}, {name: \"a\"}]", "teacher[1].name: 'a' is taken"),
    ("kd", "teacher=[{}, {network: \"resnet\"}]", "teacher[1].network: no network 'resnet'"),
    (
      "kd", "teacher=[{}, {training: {epochs: -1}}]",
      "teacher[1].training.epochs: expected 0 to 1000000, not -1"
    ),
    ("kd", "teacher=[{}, {training: {epoch: 1}}]", "teacher[1].training: no 'epoch'"),
    ("kd", "teacher=5", "teacher: expected a group of settings {…}, not the number 5"),
  ])
  func whatIsWrongIsSaid(_ row: String, _ teachers: String, _ problem: String) throws {
    func message(_ error: (any Error)?) -> String { error.map { "\($0)" } ?? "" }
    let error = #expect(throws: (any Error).self) {
      try Experiment(recipe([row], teachers: teachers), registry: .linked)
    }
    #expect(message(error).hasPrefix(problem), "\(message(error))")
  }
}
