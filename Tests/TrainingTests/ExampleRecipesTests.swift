import Foundation
import Kindred
import Testing

@testable import Training

/// The recipes in `Examples/`, as far as they can be checked without running them.
@Suite struct ExampleRecipesTests {
  static let folder = URL(filePath: #filePath).appending(path: "../../../Examples").standardized

  static let recipes =
    (try? FileManager.default.contentsOfDirectory(atPath: folder.path))?
    .filter { $0.hasSuffix(".json5") }.sorted() ?? []

  @Test func theReadmesRecipesAreThere() {
    #expect(Set(Self.recipes).isSuperset(of: ["quickstart.json5", "fashion-mnist.json5"]))
  }

  @Test(arguments: recipes)
  func isARecipeOfKnownLosses(_ name: String) throws {
    let recipe = try Recipe.read(Data(contentsOf: Self.folder.appending(path: name)))
    for row in recipe.rows { #expect(!(try Registry.linked.loss(row.loss)).summands.isEmpty) }
    for network in [recipe.student.network, recipe.teacher?.network].compactMap({ $0 }) {
      _ = try Networks.named(network, classes: 10, height: 28, width: 28)
    }
    #expect(!recipe.name.isEmpty)
  }
}
