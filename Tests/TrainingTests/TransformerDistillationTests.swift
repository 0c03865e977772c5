import Kindred
import TestSupport
import Testing

@testable import Training

/// A transformer learns from another, of another width, by the losses of tokens.
@Suite struct TransformerDistillationTests {
  @Test(arguments: [
    "minilm(heads: 4)", "gramAnchoring", "gramAnchoring(layer: tokens1)",
    "match(resampled(grid: 2, layer: tokens2), by: cosines, with: meanSquare)",
  ])
  func tokensAreLearned(_ formula: String) throws {
    var random = Random(seed: 1, "test")
    func model(_ name: String) throws -> Model {
      let network = try Networks.named(name, classes: 3, shape: ImageShape(height: 12, width: 12))
      return Model(network: network, weights: network.initialWeights(using: &random))
    }
    let trainer = Trainer(
      loss: try Registry.linked.loss(formula), settings: TrainingSettings(),
      teacher: try model("vit:12:2:2:3"), name: "test", seed: 0)
    let batch = Batch(
      indices: Array(0..<4), images: noise([4, 1, 12, 12], seed: 2), labels: [0, 1, 2, 0])
    var trainee = try trainer.trainee(try model("vit:8:2:2:3"), on: batch)
    let losses = try (0..<30).map { _ in
      try trainer.step(&trainee, on: batch, rate: 0.02).loss.total.scalar
    }
    #expect(losses[29] < 0.7 * losses[0], "\(losses)")
  }

  /// Relations of examples compare a transformer with a network of convolutions.
  @Test func aTransformerLearnsFromAResidualNetwork() throws {
    let benchmark = try TrainingBenchmark(
      network: "vit:8:1:2:7", teacher: "resnet8:4",
      loss: try Registry.linked.loss("ce + vrm + rkd"), batch: 4, steps: 1)
    #expect(try benchmark.run().trained > 0)
  }
}
