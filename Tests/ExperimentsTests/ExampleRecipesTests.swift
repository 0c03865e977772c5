import Foundation
import Kindred
import Testing

@testable import Experiments
@testable import Training

/// The recipes in `Examples/`, checked as far as is possible without running them.
@Suite struct ExampleRecipesTests {
  static let folder = URL(filePath: #filePath).appending(path: "../../../Examples").standardized

  static let recipes =
    (try? FileManager.default.contentsOfDirectory(atPath: folder.path))?
    .filter { $0.hasSuffix(".json5") }.sorted() ?? []

  @Test func theReadmesRecipesAreThere() {
    #expect(
      Set(Self.recipes).isSuperset(of: [
        "quickstart.json5", "fashion-mnist.json5", "classification.json5", "metric-learning.json5",
        "self-distillation.json5", "few-shot.json5", "domain-change.json5",
        "stronger-teachers.json5", "irg.json5", "cckd.json5", "sp.json5", "vrm.json5",
        "spurious-teacher.json5", "hints.json5", "own-images.json5", "transfer.json5",
        "own-teacher.json5", "vrm-architectures.json5",
      ]))
  }

  @Test(arguments: recipes)
  func isARecipeOfKnownLosses(_ name: String) throws {
    let recipe = try Recipe.read(Data(contentsOf: Self.folder.appending(path: name)))
    for row in recipe.rows {
      for weight in row.weights.isEmpty ? [1] : row.weights {
        #expect(!(try Registry.linked.loss(row.loss, weight: weight)).summands.isEmpty)
      }
    }
    let networks = recipe.rows.map { recipe.student(of: $0).network }
    for network in networks + recipe.teachers.map({ $0.network }) {
      _ = try Networks.standard.named(
        network, classes: 10, shape: ImageShape(height: 28, width: 28))
    }
    #expect(!recipe.name.isEmpty)
    // A recipe that tests a paper's claim says what it is and where it was made.
    #expect(recipe.claim == nil || recipe.source != nil)
    #expect(recipe.comparisons.isEmpty || recipe.claim != nil)
    // What a primary comparison can find, and what does not matter, is known before the run.
    for comparison in recipe.primaryComparisons {
      #expect(recipe.smallestDifference(of: comparison)?.isFromPilot == true)
      #expect(recipe.equivalence(of: comparison) != nil)
    }
  }

  /// The recipe whose losses learn and remember, in small: every row has its student.
  @Test func theHintsLearnInSmall() throws {
    let recipe = try Recipe.read(
      Data(contentsOf: Self.folder.appending(path: "hints.json5")),
      replacing: [
        "data={set: \"glyphs\", train: 64, test: 16}", "teacher.network=resnet8:2",
        "teacher.training.images=32", "teacher.training.epochs=1", "student.network=resnet8:2",
        "student.training.images=32", "student.training.epochs=1", "student.training.batch=16",
        "validation.images=16", "seeds=[1]",
      ] + (1...8).map { "rows.\($0).weights=[1e-3]" })
    let results = try Experiment(recipe, registry: .linked).run { _, _ in }
    #expect(results.rows.map { $0.name } == recipe.rows.map { $0.name })
    for row in results.rows {
      #expect(row.metrics["accuracy"]?.values.count == 1, "\(row.name)")
      #expect(row.history[0].epochs[0].loss.isFinite)
      #expect(row.classifier == (row.name == "simkd" ? "resnet8:2" : nil))
    }
  }
}
