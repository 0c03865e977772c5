import Foundation
import Kindred
import Tensors
import TestSupport
import Testing

@testable import Experiments
@testable import Training

/// Rows with their own students and teachers, students that teach, and weights to choose.
@Suite struct RowSettingsTests {
  /// The recipe of ``ExperimentTests``, with these rows.
  static func recipe(_ rows: String, _ changes: [String] = []) throws -> Recipe {
    try ExperimentTests.recipe(["ce"], ["rows=\(rows)"] + changes)
  }

  func run(_ recipe: Recipe, report: @escaping (RunEvent) -> Void = { _ in }) throws -> Results {
    try Experiment(recipe, registry: .linked).run { event, _ in report(event) }
  }

  @Test func aRowTakesOverWhatItDoesNotGive() throws {
    let recipe = try Self.recipe(
      """
      [{ loss: "ce" }, { name: "b", loss: "ce", student: { training: { batch: 8 } } },
       { name: "c", loss: "ce + kd", teacher: { network: "mlp:4" } }]
      """, ["student.training.epochs=5"])
    #expect(recipe.rows[0].student == nil && recipe.student(of: recipe.rows[0]) == recipe.student)
    let own = recipe.student(of: recipe.rows[1])
    #expect((own.network, own.training.batch, own.training.epochs) == ("mlp:8", 8, 5))
    #expect(own.training.augmentation == recipe.student.training.augmentation)
    let teacher = recipe.teacher(of: recipe.rows[2])
    #expect((teacher?.network, teacher?.training.epochs) == ("mlp:4", 2))
    #expect(recipe.teachers.map { $0.network } == ["mlp:16", "mlp:4"])
    // The recipe is read back in the form in which it is written beside the results.
    #expect(try Recipe.read(JSONEncoder().encode(recipe)) == recipe)
  }

  /// A row's own settings give what the same settings of the whole recipe give.
  @Test func aRowsOwnSettingsAreThoseOfARecipe() throws {
    let changes = ["seeds=[1]"]
    let own = try run(
      Self.recipe(
        """
        [{ loss: "ce" }, { name: "b", loss: "ce + kd", student: { training: { batch: 8 } },
          teacher: { network: "mlp:4" } }]
        """, changes))
    let whole = try run(
      Self.recipe(
        "[{ loss: \"ce + kd\" }]",
        changes + ["student.training.batch=8", "teacher.network=mlp:4"]))
    #expect(
      own.rows[1].history[0].epochs.map { $0.loss }
        == whole.rows[0].history[0].epochs.map { $0.loss })
    #expect(own.rows[1].metrics["accuracy"]?.values == whole.rows[0].metrics["accuracy"]?.values)
    // The recipe's own teacher is not needed, and is not trained.
    #expect(own.teacher?.network == "mlp:4" && own.teachers == nil)
  }

  @Test func everyTeacherIsTrainedOnceAndNamed() throws {
    var trained: [String] = []
    let results = try run(
      Self.recipe(
        """
        [{ loss: "ce + kd" }, { name: "b", loss: "kd", teacher: { network: "mlp:4" } },
         { name: "c", loss: "ce + kd", teacher: { network: "mlp:4" } }]
        """)
    ) { event in
      if case .teacher(_, let summary, _) = event { trained.append(summary.network) }
    }
    #expect(trained == ["mlp:16", "mlp:4"])
    #expect(results.teachers?.map { $0.network } == trained)
    #expect(results.rows.map { $0.teacher } == ["mlp:16", "mlp:4", "mlp:4"])
  }

  /// Only rows with the same teacher, images and augmentation share a teacher's outputs.
  @Test func rowsThatShareATeacherLearnAsTheyWouldAlone() throws {
    var rows: [String] = []
    for teacher in ["mlp:16", "mlp:4"] {
      for images in [48, 32] {
        for flip in [false, true] {
          rows.append(
            """
            { name: "\(rows.count)", loss: "\(rows.count < 3 ? "ce + kd" : "rkd + kd")",
              teacher: { network: "\(teacher)" },
              student: { training: { images: \(images), augmentation: { flip: \(flip), shift: 0 } } } }
            """)
        }
      }
    }
    let changes = ["seeds=[1]", "student.training.epochs=1"]
    let together = try run(Self.recipe("[\(rows.joined(separator: ","))]", changes))
    for (index, row) in rows.enumerated() {
      let alone = try run(Self.recipe("[\(row)]", changes))
      #expect(
        alone.rows[0].history[0].epochs.map { $0.loss }
          == together.rows[index].history[0].epochs.map { $0.loss }, "row \(index)")
    }
    #expect(Set(together.rows.map { $0.history[0].epochs[0].loss }).count == rows.count)
  }

  @Test func aStudentTeachesThatOfTheSameSeed() throws {
    var students: [Learner: Model] = [:]
    let rows = """
      [{ name: "first", loss: "ce" }, { name: "second", loss: "kd", taughtBy: "first" }]
      """
    let results = try run(Self.recipe(rows)) { event in
      if case .student(let learner, let trained, _) = event { students[learner] = trained }
    }
    #expect(results.rows[1].teacher == "'first'" && results.teacher == nil)
    // The result is the same as with a checkpoint of that student as teacher.
    let folder = try ScratchFolder()
    let first = try #require(students[.student(row: "first", seed: 2)])
    try Checkpoint.save(first, to: folder.path("first.safetensors"), classes: 16)
    let loaded = try run(
      Self.recipe(
        "[{ loss: \"kd\" }]",
        ["seeds=[2]", "teacher={network: 'mlp:8', load: '\(folder.path("first.safetensors"))'}"]))
    #expect(
      loaded.rows[0].history[0].epochs.map { $0.loss }
        == results.rows[1].history[1].epochs.map { $0.loss })
  }

  @Test func theWeightThatIsBestOnOtherImagesIsTaken() throws {
    var tried: [Double: Double] = [:]
    var chosen: Results.Choice?
    let changes = ["validation.images=16", "student.training.images=40", "seeds=[1]"]
    let recipe = try Self.recipe(
      "[{ loss: \"ce\" }, { name: \"w\", loss: \"ce + weight*kd\", weights: [1e-3, 1, 1e3] }]",
      changes)
    let experiment = try Experiment(recipe, registry: .linked)
    let validation = try #require(experiment.rows[1].validation)
    #expect(validation.count == 16 && experiment.rows[0].validation == nil)
    // No student is trained on the validation images.
    let size = validation.shape.count
    func pictures(_ images: ImageDataSet) -> Set<ArraySlice<UInt8>> {
      Set((0..<images.count).map { images.images[$0 * size..<($0 + 1) * size] })
    }
    #expect(pictures(validation).isDisjoint(with: pictures(experiment.rows[1].images)))
    let results = try experiment.run { event, _ in
      if case .student(.candidate(_, let weight, _), let trained, let metric) = event {
        tried[weight] = metric
        #expect(
          metric
            == trained.accuracy(on: validation, normalizedBy: experiment.data.normalization))
      }
      if case .choice(_, let choice) = event { chosen = choice }
    }
    #expect(tried.count == 3)
    let best = try #require(tried.values.max())
    let first = [1e-3, 1, 1e3].first { tried[$0] == best }
    #expect(chosen?.weight == first && results.rows[1].choice == chosen)
    #expect(chosen?.tried.map { $0.weight } == [1e-3, 1, 1e3])
    // The students of the row equal those of a recipe with that weight.
    let weight = try #require(first)
    let plain = try run(
      Self.recipe("[{ loss: \"ce + \(weight)*kd\" }]", changes))
    #expect(results.rows[1].formula == plain.rows[0].formula)
    #expect(
      results.rows[1].history[0].epochs.map { $0.loss }
        == plain.rows[0].history[0].epochs.map { $0.loss })
  }

  @Test(arguments: [
    (
      #"[{ loss: "ce + weight*kd" }]"#,
      "rows[0].loss: it has a 'weight', and the row has no 'weights' to choose it from"
    ),
    (
      #"[{ loss: "ce + kd", weights: [1] }]"#,
      "rows[0].weights: the loss has no 'weight' that would be one of them"
    ),
    (
      #"[{ loss: "ce + weight*kd", weights: [1, 0] }]"#,
      "rows[0].weights: expected different numbers above 0, not [1.0, 0.0]"
    ),
    (
      #"[{ name: "first", loss: "ce" }, { loss: "kd", taughtBy: "frist" }]"#,
      "rows[1].taughtBy: no row 'frist' before this one (did you mean 'first'?); the only one is 'first'"
    ),
    (
      #"[{ loss: "kd", taughtBy: "kd" }]"#,
      "rows[0].taughtBy: no row 'kd' before this one; there are none"
    ),
    (
      #"[{ loss: "ce" }, { loss: "kd", taughtBy: "ce", teacher: { network: "mlp:4" } }]"#,
      "rows[1].teacher: the row is taught by 'ce' and can have no other teacher"
    ),
    (
      #"[{ loss: "ce" }, { loss: "weight*kd", weights: [1], taughtBy: "ce" }]"#,
      "rows[1].weights: no weight is chosen if a student is the teacher"
    ),
    (
      #"[{ loss: "ce", student: { training: { batch: 0 } } }]"#,
      "rows[0].student.training.batch: expected 1 to 1000000, not 0"
    ),
    (
      #"[{ loss: "ce", student: { netwrk: "mlp:4" } }]"#,
      "rows[0].student: no 'netwrk' (did you mean 'network'?); choose from 'network', 'load', 'except', 'size', 'normalization', 'training'"
    ),
    (
      #"[{ loss: "ce", student: { network: "mpl:4" } }]"#,
      """
      rows[0].student.network: no network 'mpl:4' (did you mean 'mlp:4'?); choose from \
      resnet<6n+2>:<width>, wrn<6n+4>-<k>:<width>, mobilenetv2:<width>, vit:<dim>:<depth>:<heads>:<patch>, \
      mlp:<width>:<width>…, such as resnet8:16 or mlp:64
      """
    ),
    (
      #"[{ loss: "ce + weight*kd", weights: [1, 2] }]"#,
      "validation.images: the students take 48 of 64 training images, which leaves 16, fewer than 1000"
    ),
  ])
  func mistakesHaveAPath(_ rows: String, _ message: String) {
    let error = #expect(throws: (any Error).self) {
      try Experiment(Self.recipe(rows), registry: .linked)
    }
    #expect(error.map { "\($0)" } == message)
  }
}
