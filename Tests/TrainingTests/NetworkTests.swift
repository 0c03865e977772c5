import Kindred
import Tensors
import TestSupport
import Testing

@testable import Training

@Suite struct NetworkTests {
  /// A network that PyTorch ran, with all that it made of it.
  struct Reference {
    let tensors: [String: Tensor]

    init() throws { tensors = try TensorFile.read(Fixtures.path("resnet.safetensors")) }

    subscript(_ name: String) -> Tensor {
      get throws { try #require(tensors[name], "the fixture has no \(name)") }
    }

    func under(_ prefix: String) -> [String: Tensor] {
      Dictionary(
        uniqueKeysWithValues: tensors.filter { $0.key.hasPrefix(prefix + "/") }
          .map { (String($0.key.dropFirst(prefix.count + 1)), $0.value) })
    }
  }

  let network = ResNet(depth: 14, width: 3, classes: 5)

  private func weights(_ reference: Reference) throws -> Weights {
    var random = Random(seed: 1, "test")
    return try network.initialWeights(using: &random).replaced(with: reference.under("weights"))
  }

  @Test func inferenceIsPyTorchs() throws {
    let reference = try Reference()
    let outputs = network(
      try reference["images"], try weights(reference), .inference, giving: network.outputNames
    ).outputs
    let expected = reference.under("inference")
    #expect(outputs.tensors.keys.sorted() == expected.keys.sorted())
    for (name, tensor) in expected {
      let output = try outputs[name]
      #expect(output.shape == tensor.shape)
      expectClose(output.scalars, tensor.scalars.map { Double($0) }, 2e-5, name)
    }
  }

  @Test func aTrainingStepIsPyTorchs() throws {
    let reference = try Reference()
    var weights = try weights(reference)
    for i in weights.parameters.indices {
      weights.parameters[i].tensor = weights.parameters[i].tensor.variable
    }
    let (outputs, statistics) = network(
      try reference["images"], weights, .training, giving: ["logits"])
    let loss = try outputs["logits"].crossEntropy(
      labels: try reference["labels"].scalars.map { Int($0) })
    expectClose([loss.scalar], [Double(try reference["loss"].scalar)], 1e-5, "loss")

    let found = gradients(
      of: [(loss, 1)], withRespectTo: weights.parameters.map { $0.tensor })
    #expect(found.count == reference.under("gradients").count)
    for (parameter, gradient) in zip(weights.parameters, found) {
      let expected = try reference["gradients/\(parameter.name)"]
      #expect(gradient.shape == expected.shape)
      expectClose(gradient.scalars, expected.scalars.map { Double($0) }, 2e-4, parameter.name)
    }
    for (name, expected) in reference.under("after") {
      let after = try #require(statistics[name])
      expectClose(after.scalars, expected.scalars.map { Double($0) }, 1e-5, name)
    }
  }

  /// As PyTorch counts them for the same network.
  @Test(arguments: [("resnet8:16", 77_754), ("resnet20:16", 272_186), ("resnet8:4", 5_142)])
  func hasAsManyParametersAsPyTorchs(_ name: String, _ count: Int) throws {
    let network = try Networks.named(name, classes: 10, height: 28, width: 28)
    var random = Random(seed: 1, "test")
    #expect(network.name == name)
    #expect(network.initialWeights(using: &random).parameterCount == count)
  }

  @Test(arguments: ["resnet9:4", "resnet8:0", "resnet8:4:4", "mlp", "mlp:", "mlp:x", "vgg", ""])
  func namesThatAreNoNetworkThrow(_ name: String) {
    #expect(throws: TrainingError.unknownNetwork(name)) {
      try Networks.named(name, classes: 10, height: 28, width: 28)
    }
  }

  @Test func aPerceptronGivesItsLayers() throws {
    let network = try Networks.named("mlp:6:4", classes: 3, height: 5, width: 5)
    var random = Random(seed: 1, "test")
    let weights = network.initialWeights(using: &random)
    let outputs = network(
      noise([2, 1, 5, 5], seed: 1), weights, .training, giving: network.outputNames
    ).outputs
    #expect(
      outputs.tensors.mapValues { $0.shape } == [
        "hidden1": [2, 6], "hidden2": [2, 4], "embedding": [2, 4], "logits": [2, 3],
      ])
    #expect(weights.parameterCount == 25 * 6 + 6 + 6 * 4 + 4 + 4 * 3 + 3)
    #expect(try outputs["hidden1"].scalars.allSatisfy { $0 >= 0 })
    #expect(try outputs["embedding"].scalars == outputs["hidden2"].scalars)
  }
}
