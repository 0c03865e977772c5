import Distillation
import Foundation
import TensorFiles
import Tensors
import TestSupport
import Testing

@testable import Training

/// Weights in a file from which networks start.
@Suite struct StartingWeightsTests {
  let folder: ScratchFolder
  let path: String

  init() throws {
    folder = try ScratchFolder()
    path = folder.path("a.safetensors")
  }

  private func network(_ name: String, classes: Int = 3) throws -> any Network {
    try Networks.standard.named(
      name, classes: classes, shape: ImageShape(channels: 3, height: 8, width: 8))
  }

  private func model(_ name: String, classes: Int = 3, seed: UInt64 = 7) throws -> Model {
    let network = try network(name, classes: classes)
    var random = Random(seed: seed, "test")
    return Model(network: network, weights: network.initialWeights(using: &random))
  }

  private func scalars(_ weights: Weights) -> [String: [Float]] {
    weights.tensors.mapValues { $0.scalars }
  }

  /// The problem with a file that holds these tensors.
  private func problem(
    _ tensors: [String: Tensor], for name: String = "mlp:4", except: [String] = [],
    metadata: [String: String] = [:]
  ) throws -> String {
    try TensorFile.write(tensors, to: path, metadata: metadata, overwriting: true)
    let error = try #require(throws: (any Error).self) {
      try StartingWeights(path, for: network(name), except: except)
    }
    return "\(error)"
  }

  @Test(arguments: ["resnet8:2", "wrn10-2:2", "mobilenetv2:4", "vit:4:1:2:4", "mlp:6:5"])
  func checkpointsAndExportsAreTakenWhole(name: String) throws {
    let source = try model(name)
    try Checkpoint.save(source, to: path, classes: 3)
    let fresh = try model(name, seed: 8).weights
    var start = try StartingWeights(path, for: source.network)
    #expect(scalars(start.replacing(fresh)) == scalars(source.weights))
    #expect(start.fresh.isEmpty)

    let trained = TrainedModel(
      source,
      input: ModelInput(
        shape: ImageShape(channels: 3, height: 8, width: 8), isOfFeatures: false,
        normalization: PixelNormalization(means: [0, 0, 0], standardDeviations: [1, 1, 1])),
      classes: ["a", "b", "c"])
    var torch = try StudentExport(trained).torchWeights
    // PyTorch counts batches beside the statistics of a normalisation.
    torch["stage1.block1.first.norm.num_batches_tracked"] = Tensor(12)
    try TensorFile.write(torch, to: path, metadata: ["format": "pt"], overwriting: true)
    start = try StartingWeights(path, for: source.network)
    #expect(scalars(start.replacing(fresh)) == scalars(source.weights))
  }

  /// What starts fresh has the numbers that it has without a file: parameters and statistics.
  @Test func layersStartFresh() throws {
    let source = try model("resnet8:2", classes: 5)
    var weights = source.weights
    weights.statistics = weights.statistics.mapValues { ($0 + 3).detached }
    try Checkpoint.save(
      Model(network: source.network, weights: weights), to: path, classes: 5)
    let fresh = try model("resnet8:2").weights
    let except = ["logits", "stage3.block1"]
    let start = try StartingWeights(path, for: network("resnet8:2"), except: except)
    let (mixed, old) = (scalars(start.replacing(fresh)), scalars(weights))
    #expect(start.fresh == except && mixed.count == old.count)
    for (name, numbers) in scalars(fresh) {
      let isFresh = name.hasPrefix("logits.") || name.hasPrefix("stage3.block1.")
      #expect(mixed[name] == (isFresh ? numbers : old[name]), "\(name)")
    }
    #expect(mixed.keys.contains { $0.hasPrefix("stage3.block1.") && $0.hasSuffix("mean") })
  }

  @Test func theChecksumIsOfWhatIsTaken() throws {
    func checksum(_ change: (inout [String: Tensor]) -> Void) throws -> String {
      var tensors = try model("mlp:4").weights.tensors
      change(&tensors)
      try TensorFile.write(tensors, to: path, overwriting: true)
      return try StartingWeights(path, for: network("mlp:4"), except: ["logits"]).checksum
    }
    let own = try checksum { _ in }
    #expect(try checksum { $0["logits.bias"] = Tensor([1, 2, 3]) } == own)
    #expect(try checksum { $0["hidden1.bias"] = Tensor([1, 2, 3, 4]) } != own)
  }

  @Test func whatDoesNotFitIsNamed() throws {
    var tensors = try model("mlp:4").weights.tensors
    let bias = try #require(tensors["hidden1.bias"])
    tensors["hidden1.bias"] = nil
    #expect(
      try problem(tensors) == """
        the checkpoint \(path): it has no 'hidden1.bias'; with except: ["hidden1"] it starts fresh
        """)
    tensors["hiden1.bias"] = bias
    #expect(
      try problem(tensors) == """
        the checkpoint \(path): it has no 'hidden1.bias', but 'hiden1.bias'; with except: ["hidden1"] \
        it starts fresh
        """)
    #expect(
      try problem(tensors, except: ["hidden1.bias"]) == """
        the checkpoint \(path): it has 'hiden1.bias', and mlp:4 does not; with except: ["hiden1"] it is \
        left out
        """)
    tensors["hidden1.bias"] = bias
    tensors["hiden1.bias"] = nil
    let ten = try model("mlp:4", classes: 10).weights.tensors
    #expect(
      try problem(tensors.merging(ten.filter { $0.key.hasPrefix("logits") }) { $1 }) == """
        the checkpoint \(path): its 'logits.bias' has shape [10], and not [3]; with except: ["logits"] \
        it starts fresh
        """)
    tensors["hidden1.bias"] = Tensor([0, .nan, 0, 0])
    #expect(
      try problem(tensors) == "the checkpoint \(path): its 'hidden1.bias' is NaN at [1]")
    tensors["hidden1.bias"] = bias
    #expect(
      try problem(tensors, except: ["logit"]) == """
        no weight is 'logit' or a part of it (did you mean 'logits'?); choose from 'hidden1', 'logits', or \
        a part of one
        """)
    #expect(
      try problem(tensors, except: ["hidden1", "logits"])
        == "nothing is left that would be taken from the file")
  }

  @Test func anotherArchitectureIsNamed() throws {
    let other = try model("resnet14:2")
    #expect(
      try problem(other.weights.tensors, for: "resnet8:2", metadata: ["network": "resnet14:2"])
        .hasPrefix(
          """
          the checkpoint \(path): it is a resnet14:2, and the recipe asks for resnet8:2: it has \
          'stage1.block2
          """))
    // What is alike can be taken all the same.
    let layers = ["stage1.block2", "stage2.block2", "stage3.block2"]
    #expect(
      try StartingWeights(path, for: network("resnet8:2"), except: layers).fresh.isEmpty)
  }

  @Test func twoNamesOfOneWeightAreRefused() throws {
    var tensors = try model("resnet8:2").weights.tensors
    tensors["stem.norm.weight"] = tensors["stem.scale"]
    #expect(
      try problem(tensors, for: "resnet8:2").hasSuffix(
        "it has 'stem.norm.weight' and 'stem.scale', which are the same weight"))
  }
}
