import Kindred
import TensorFiles
import Tensors
import TestSupport
import Testing

@testable import Training

@Suite struct NetworkTests {
  /// A network that PyTorch ran, with all its results.
  struct Reference {
    let tensors: [String: Tensor]

    init(_ name: String = "resnet") throws {
      tensors = try TensorFile.read(Fixtures.path("\(name).safetensors"))
    }

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
    let expected = reference.under("inference")
    let outputs = network(
      try reference["images"], try weights(reference), .inference, giving: expected.keys.sorted()
    ).outputs
    #expect(outputs.tensors.keys.sorted() == expected.keys.sorted())
    for (name, tensor) in expected {
      let output = try outputs[name]
      #expect(output.shape == tensor.shape)
      expectClose(output.scalars, tensor.scalars.map { Double($0) }, 2e-5, name)
    }
  }

  @Test func aResidualNetworkGivesItsLayers() throws {
    #expect(
      ResNet(depth: 14, width: 3, classes: 5).outputNames == [
        "stem", "stage1.block1.first", "stage1.block1", "stage1.block2.first", "stage1.block2",
        "stage1", "stage2.block1.first", "stage2.block1", "stage2.block2.first", "stage2.block2",
        "stage2", "stage3.block1.first", "stage3.block1", "stage3.block2.first", "stage3.block2",
        "stage3", "embedding", "logits",
      ])
    let (images, weights) = (noise([3, 1, 8, 8], seed: 4), try weights(try Reference()))
    let outputs = network(images, weights, .inference, giving: network.outputNames).outputs
    #expect(outputs.tensors.keys.sorted() == network.outputNames.sorted())
    for (stage, side) in [(1, 8), (2, 4), (3, 2)] {
      let shape = [3, 3 << (stage - 1), side, side]
      for layer in ["", ".block1", ".block1.first", ".block2", ".block2.first"] {
        let tensor = try outputs["stage\(stage)\(layer)"]
        #expect(tensor.shape == shape)
        #expect(tensor.scalars.allSatisfy { $0 >= 0 } && tensor.scalars.contains { $0 > 0 })
      }
      #expect(try outputs["stage\(stage)"].scalars == outputs["stage\(stage).block2"].scalars)
      #expect(try outputs["stage\(stage)"].scalars != outputs["stage\(stage).block1"].scalars)
    }
    for name in network.outputNames {
      let alone = network(images, weights, .inference, giving: [name]).outputs
      #expect(alone.tensors.keys.sorted() == [name], "only what is asked for")
      #expect(try alone[name].scalars == outputs[name].scalars)
    }
    #expect(
      Model(network: network, weights: weights).outputs(on: images, giving: ["lastStage"]).tensors
        .keys.sorted() == ["stage3"])
  }

  /// Each layer's output is computed in loops of Double from the output before it.
  @Test func layersAreWhatTheirNamesSay() throws {
    let (images, weights) = (noise([2, 1, 6, 7], seed: 5), try weights(try Reference()))
    let names = ["stem", "stage1.block1.first", "stage1.block1"]
    let outputs = network(images, weights, .inference, giving: names).outputs
    func rectified(_ x: Tensor, _ layer: String) throws -> [Double] {
      try Self.layer(x, weights.tensors, layer).map { max($0, 0) }
    }
    expectClose(try outputs["stem"].scalars, try rectified(images, "stem"), 1e-5, "stem")
    let stem = try outputs["stem"]
    let first = try outputs["stage1.block1.first"]
    expectClose(first.scalars, try rectified(stem, "stage1.block1.first"), 1e-5, "first")
    let second = try Self.layer(first, weights.tensors, "stage1.block1.second")
    expectClose(
      try outputs["stage1.block1"].scalars,
      zip(second, stem.scalars).map { max($0 + Double($1), 0) }, 1e-5, "block")
  }

  /// A 3×3 convolution with padding, followed by normalisation with the running statistics.
  static func layer(
    _ x: Tensor, _ weights: [String: Tensor], _ name: String
  ) throws -> [Double] {
    func numbers(_ part: String) throws -> [Double] {
      try #require(weights["\(name).\(part)"]).scalars.map { Double($0) }
    }
    let (weight, scale, shift) = (try numbers("weight"), try numbers("scale"), try numbers("shift"))
    let (mean, variance) = (try numbers("mean"), try numbers("variance"))
    let (n, c, h, w) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3])
    let input = x.scalars.map { Double($0) }
    var result: [Double] = []
    for example in 0..<n {
      for o in scale.indices {
        for row in 0..<h {
          for column in 0..<w {
            var sum = 0.0
            for i in 0..<c {
              for dy in -1...1 where (0..<h).contains(row + dy) {
                for dx in -1...1 where (0..<w).contains(column + dx) {
                  sum +=
                    weight[((o * c + i) * 3 + dy + 1) * 3 + dx + 1]
                    * input[((example * c + i) * h + row + dy) * w + column + dx]
                }
              }
            }
            let normalized = (sum - mean[o]) / (variance[o] + 1e-5).squareRoot()
            result.append(normalized * scale[o] + shift[o])
          }
        }
      }
    }
    return result
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

  /// The expected numbers are PyTorch's counts for the same networks.
  @Test(arguments: [
    ("resnet8:16", 77_754), ("resnet20:16", 272_186), ("resnet8:4", 5_142),
    ("wrn16-2:16", 691_386), ("mobilenetv2:16", 586_890), ("vit:64:4:4:4", 204_938),
  ])
  func hasAsManyParametersAsPyTorchs(_ name: String, _ count: Int) throws {
    let network = try Networks.standard.named(
      name, classes: 10, shape: ImageShape(height: 28, width: 28))
    var random = Random(seed: 1, "test")
    #expect(network.name == name)
    #expect(network.initialWeights(using: &random).parameterCount == count)
  }

  @Test(arguments: [
    "resnet8:4:4", "resnet8:", "resnet", "mlp", "mlp:", "mlp:x", "vgg", "", "wrn16", "wrn16-",
    "wrn16-x", "wrn16-2:4:4", "wrn-2", "mobilenetv2", "mobilenetv2:8:8", "vit:8:2:2",
    "vit:8:2:2:x", "mlp:99999999999999999999",
  ])
  func namesThatAreNoNetworkThrow(_ name: String) {
    let known = [
      "resnet<6n+2>:<width>", "wrn<6n+4>-<k>:<width>", "mobilenetv2:<width>",
      "vit:<dim>:<depth>:<heads>:<patch>", "mlp:<width>:<width>…",
    ]
    #expect(throws: TrainingError.unknownNetwork(name, available: known)) {
      try Networks.standard.named(name, classes: 10, shape: ImageShape(height: 28, width: 28))
    }
  }

  @Test(arguments: [
    ("vit:8:2:3:4", "3 heads do not divide its 8 features evenly"),
    (
      "vit:8:2:2:5",
      "patches of 5×5 pixels do not fill images of 3×28×28; those of side 1, 2, 4, 7, 14, 28 do"
    ),
    ("mobilenetv2:10", "its width 10 is no multiple of 4; 8 and 12 are"),
    ("mobilenetv2:3", "its width 3 is no multiple of 4; 4 is"),
    ("resnet9:4", "its depth 9 is no 6n + 2, as 8 and 14 are"),
    ("resnet2", "its depth 2 is no 6n + 2, as 8 and 14 are"),
    ("resnet1208", "its depth 1208 is no 6n + 2, as 1196 and 1202 are"),
    ("wrn15-2", "its depth 15 is no 6n + 4, as 10 and 16 are"),
    ("wrn16-65", "its k 65 is not from 1 to 64"),
    ("resnet8:0", "its size 0 is not from 1 to 4096"),
    ("mlp:8:4097", "its size 4097 is not from 1 to 4096"),
  ])
  func sizesThatDoNotFitThrow(_ name: String, _ problem: String) {
    let error = TrainingError.unfitNetwork(name, problem: problem)
    #expect(throws: error) {
      try Networks.standard.named(
        name, classes: 10, shape: ImageShape(channels: 3, height: 28, width: 28))
    }
    #expect("\(error)" == "the network '\(name)': \(problem)")
  }

  @Test func aPerceptronGivesItsLayers() throws {
    let network = try Networks.standard.named(
      "mlp:6:4", classes: 3, shape: ImageShape(height: 5, width: 5))
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
