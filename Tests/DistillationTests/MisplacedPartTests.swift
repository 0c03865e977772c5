import Kindred
import Testing

@testable import Distillation

/// A part in the place of another kind is named, with a formula in which it stands in its own place.
@Suite struct MisplacedPartTests {
  private static let registry = Registry.linked

  /// The formula after the colon is a loss.
  @Test(arguments: (registry.relations.keys.map { $0 } + registry.matchers.keys).sorted())
  func theFormulaIsALoss(_ name: String) throws {
    let problem = try #require(Self.registry.misplaced(name, as: .term))
    let kind = Self.registry.relations[name] != nil ? "relation" : "matcher"
    let start = "'\(name)' is a \(kind), not a term: "
    #expect(problem.hasPrefix(start))
    let formula = String(problem.dropFirst(start.count))
    #expect(throws: Never.self, "\(formula)") { try Self.registry.loss(formula) }
  }

  @Test func relationsOfMapsAndOfLayers() {
    #expect(
      Self.registry.misplaced("attention", as: .matcher)
        == """
        'attention' is a relation, not a matcher: match(lastStage, by: attention, with: meanSquare)
        """)
    #expect(
      Self.registry.misplaced("flow", as: .knowledge)
        == "'flow' is a relation, not a knowledge: match(layers, by: flow, with: meanSquare)")
  }

  @Test func whatIsInItsPlaceOrUnknown() {
    #expect(Self.registry.misplaced("kd", as: .term) == nil)
    #expect(Self.registry.misplaced("logits", as: .knowledge) == nil)
    #expect(Self.registry.misplaced("layer4", as: .knowledge) == nil)
  }

  /// An output of any name is a knowledge, as the error about its bare name says.
  @Test func anOutputOfAnyName() throws {
    let error = #expect(throws: DistillationError.self) {
      try Self.registry.loss("match(layer4, with: huber)")
    }
    #expect(
      try #require(error).description.contains(
        "; output(layer: layer4) is an output of this name, at column 7 of"))
    let loss = try Self.registry.loss("match(output(layer: layer4), with: huber)")
    #expect(loss.outputs(of: .student) == ["layer4"])
  }
}
