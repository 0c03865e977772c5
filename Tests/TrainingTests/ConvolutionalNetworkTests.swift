import Distillation
import Tensors
import TestSupport
import Testing

@testable import Training

/// Networks of convolutions beside residual ones, against PyTorch.
@Suite struct ConvolutionalNetworkTests {
  typealias Reference = NetworkTests.Reference

  struct Case: Sendable, CustomTestStringConvertible {
    let file: String
    let network: any Network
    var testDescription: String { network.name }
  }

  static let cases = [
    Case(
      file: "wrn", network: WideResNet(depth: 16, factor: 2, width: 1, classes: 5, channels: 3)),
    Case(file: "mobilenetv2", network: MobileNetV2(width: 4, classes: 5, channels: 3)),
  ]

  private func weights(_ network: any Network, _ reference: Reference) throws -> Weights {
    var random = Random(seed: 1, "test")
    let (fresh, known) = (network.initialWeights(using: &random), reference.under("weights"))
    #expect(fresh.tensors.keys.sorted() == known.keys.sorted(), "PyTorch's, and no more")
    return try fresh.replaced(with: known)
  }

  @Test(arguments: cases) func inferenceIsPyTorchs(_ row: Case) throws {
    let (network, reference) = (row.network, try Reference(row.file))
    let (images, weights) = (try reference["images"], try weights(network, reference))
    let outputs = network(images, weights, .inference, giving: network.outputNames).outputs
    #expect(outputs.tensors.keys.sorted() == network.outputNames.sorted())
    for (name, tensor) in reference.under("inference") {
      let output = try outputs[name]
      #expect(output.shape == tensor.shape)
      expectClose(output.scalars, tensor.scalars.map { Double($0) }, 1e-5, name)
    }
    for name in network.outputNames + ["lastStage"] {
      let alone = Model(network: network, weights: weights).outputs(on: images, giving: [name])
      let known = try #require(OutputName(name).resolved(among: network.outputNames))
      #expect(alone.tensors.keys.sorted() == ["\(known)"], "only what is asked for")
      #expect(try alone["\(known)"].scalars == outputs["\(known)"].scalars)
    }
  }

  @Test(arguments: cases) func aStepOfTrainingIsPyTorchs(_ row: Case) throws {
    let (network, reference) = (row.network, try Reference(row.file))
    var weights = try weights(network, reference)
    for i in weights.parameters.indices {
      weights.parameters[i].tensor = weights.parameters[i].tensor.variable
    }
    let (outputs, statistics) = network(
      try reference["images"], weights, .training, giving: ["logits"])
    let loss = try outputs["logits"].crossEntropy(
      labels: try reference["labels"].scalars.map { Int($0) })
    expectClose([loss.scalar], [Double(try reference["loss"].scalar)], 1e-5, "loss")
    let found = gradients(of: [(loss, 1)], withRespectTo: weights.parameters.map { $0.tensor })
    let expected = reference.under("gradients")
    for (parameter, gradient) in zip(weights.parameters, found) where gradient.count <= 1000 {
      let slopes = try #require(expected[parameter.name])
      #expect(gradient.shape == slopes.shape)
      // What is shifted before it is normalised changes nothing: its gradient is 0, but for rounding.
      let isLost = slopes.scalars.allSatisfy { abs($0) < 1e-6 }
      expectClose(
        gradient.scalars, slopes.scalars.map { Double($0) }, 2e-4, parameter.name,
        floor: isLost ? 0.05 : 0.005)
    }
    for (name, expected) in reference.under("after") {
      let after = try #require(statistics[name])
      expectClose(after.scalars, expected.scalars.map { Double($0) }, 1e-5, name)
    }
  }

  /// The width of the paper has the paper's channels, but for the last layers.
  @Test func mobileNetHasThePapersChannels() {
    let stages = MobileNetV2(width: 32, classes: 10, channels: 3).stages
    #expect(stages.map { $0.count } == [3, 3, 7, 4])
    #expect(
      stages.joined().map { $0.outputs } == [
        16, 24, 24, 32, 32, 32, 64, 64, 64, 64, 96, 96, 96, 160, 160, 160, 320,
      ])
  }
}
