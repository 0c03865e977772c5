import Distillation
import Tensors
import TestSupport
import Testing

@testable import Training

@Suite struct ViTTests {
  typealias Reference = NetworkTests.Reference

  let network = ViT(
    dim: 8, depth: 2, heads: 2, patch: 4, classes: 5,
    images: ImageShape(channels: 3, height: 8, width: 12))

  private func weights(_ reference: Reference) throws -> Weights {
    var random = Random(seed: 1, "test")
    let fresh = network.initialWeights(using: &random)
    #expect(
      fresh.tensors.keys.sorted() == reference.under("weights").keys.sorted(),
      "PyTorch's, and no more")
    return try fresh.replaced(with: reference.under("weights"))
  }

  /// The bounds, and the deviation of the positions, are those that PyTorch draws with.
  @Test func weightsAreDrawnAsPyTorchDoes() throws {
    let network = ViT(
      dim: 64, depth: 1, heads: 4, patch: 4, classes: 10, images: ImageShape(height: 28, width: 28))
    var random = Random(seed: 1, "test")
    let weights = network.initialWeights(using: &random).tensors
    for (name, bound) in [
      ("patches.weight", 0.25), ("patches.bias", 0.25),
      ("block1.projections.weight", (6.0 / 256).squareRoot()), ("block1.projections.bias", 0),
      ("block1.attention.weight", 0.125), ("block1.attention.bias", 0),
      ("block1.hidden.weight", 0.125), ("block1.output.weight", 0.0625), ("norm.shift", 0),
      ("logits.weight", 0.125),
    ] {
      let largest = try #require(weights[name]).scalars.map { Double($0.magnitude) }.max() ?? .nan
      #expect(largest <= bound && largest >= 0.95 * bound, "\(name)")
    }
    #expect(try #require(weights["block1.norm1.scale"]).scalars.allSatisfy { $0 == 1 })
    let positions = try #require(weights["positions"])
    #expect(positions.shape == [49, 64])
    #expect(abs(positions.squared().mean().scalar.squareRoot() - 0.02) < 0.001)
  }

  @Test func inferenceIsPyTorchs() throws {
    let reference = try Reference("vit")
    let expected = reference.under("inference")
    #expect(expected.keys.sorted() == network.outputNames.sorted())
    let (images, weights) = (try reference["images"], try weights(reference))
    let outputs = network(images, weights, .inference, giving: network.outputNames).outputs
    for (name, tensor) in expected {
      let output = try outputs[name]
      #expect(output.shape == tensor.shape)
      expectClose(output.scalars, tensor.scalars.map { Double($0) }, 1e-5, name)
      let alone = network(images, weights, .inference, giving: [name]).outputs
      #expect(alone.tensors.keys.sorted() == [name], "only what is asked for")
      #expect(try alone[name].scalars == output.scalars)
    }
  }

  /// The loss reads every output.
  @Test func gradientsArePyTorchs() throws {
    let reference = try Reference("vit")
    var weights = try weights(reference)
    for i in weights.parameters.indices {
      weights.parameters[i].tensor = weights.parameters[i].tensor.variable
    }
    let outputs = network(
      try reference["images"], weights, .training, giving: network.outputNames
    ).outputs
    var loss = try outputs["logits"].crossEntropy(
      labels: try reference["labels"].scalars.map { Int($0) })
    for (name, seed) in reference.under("seeds") { loss = loss + (try outputs[name] * seed).sum() }
    expectClose([loss.scalar], [Double(try reference["loss"].scalar)], 1e-5, "loss")
    let found = gradients(of: [(loss, 1)], withRespectTo: weights.parameters.map { $0.tensor })
    for (parameter, gradient) in zip(weights.parameters, found) {
      let expected = try reference["gradients/\(parameter.name)"]
      #expect(gradient.shape == expected.shape)
      expectClose(gradient.scalars, expected.scalars.map { Double($0) }, 2e-5, parameter.name)
    }
  }
}
