import Experiments
import Foundation
import Kindred
import KindredCLI
import Testing

/// `plan` says which terms go through pairs of examples in tiles.
@Suite struct PlannedPairsTests {
  private static let recipe = """
    {
      name: "pairs",
      data: { set: "glyphs", train: 64, test: 32 },
      teacher: { network: "mlp:8", training: { epochs: 1, batch: 32 } },
      student: { network: "mlp:8", training: { epochs: 1, batch: 32 } },
      rows: [{ loss: "ce + rkd.distance + rkd.angle" }],
      seeds: [1],
    }
    """

  @Test func aColumnSaysIt() throws {
    let folder = try ScoreFolder()
    let path = folder.path("pairs.json5")
    try Data(Self.recipe.utf8).write(to: URL(filePath: path))
    let few = kindred("plan", path)
    #expect(few.code == .done && !few.output.contains("pairs"), "\(few.errors)")
    let many = PairTiles.$threshold.withValue(32) { kindred("plan", path) }
    #expect(many.output.contains(/of it +pairs/), "\(many.output)")
    #expect(
      many.output.contains(/rkd\.distance .*% +tiled/)
        && many.output.contains(/rkd\.angle .*% +held/))
    for (threshold, forms) in [
      (32, [nil, .tiled, .held]), (33, [nil, .held, .held]),
    ] as [(Int, [LossGraph.PairMatrices?])] {
      let json = PairTiles.$threshold.withValue(threshold) {
        kindred("plan", path, "--format", "json").output
      }
      let plan = try JSONDecoder().decode(RunPlan.self, from: Data(json.utf8))
      #expect(plan.rows.last?.terms.map { $0.pairs } == forms)
    }
  }
}
