import Kindred
import TestSupport
import Testing

@testable import Training

/// A transformer learns from another, of another width, by the losses of tokens, and from a network of
/// convolutions by relations.
@Suite struct TransformerDistillationTests {
  @Test(arguments: [
    ("minilm(heads: 4)", "vit:12:2:2:3", 0.02), ("gramAnchoring", "vit:12:2:2:3", 0.02),
    ("gramAnchoring(layer: tokens1)", "vit:12:2:2:3", 0.02),
    (
      "match(resampled(grid: 2, layer: tokens), by: cosines, with: meanSquare)", "vit:12:1:2:6",
      0.02
    ),
    // Its loss is about 30, and so is its gradient.
    ("vrm", "resnet8:4", 0.001),
  ])
  func aTransformerLearns(_ formula: String, _ teacher: String, _ rate: Double) throws {
    var random = Random(seed: 1, "test")
    func model(_ name: String) throws -> Model {
      let network = try Networks.standard.named(
        name, classes: 3, shape: ImageShape(height: 12, width: 12))
      return Model(network: network, weights: network.initialWeights(using: &random))
    }
    let trainer = Trainer(
      loss: try Registry.linked.loss(formula), settings: TrainingSettings(),
      teacher: try model(teacher), name: "test", seed: 0)
    let batch = Batch(
      indices: Array(0..<4), images: noise([4, 1, 12, 12], seed: 2),
      virtualImages: noise([4, 1, 12, 12], seed: 3), labels: [0, 1, 2, 0])
    var trainee = try trainer.trainee(try model("vit:8:2:2:3"), on: batch)
    let losses = try (0..<30).map { _ in
      try trainer.step(&trainee, on: batch, rate: rate).loss.total.scalar
    }
    #expect(try #require(losses.min()) < 0.9 * losses[0], "\(losses)")
  }
}
