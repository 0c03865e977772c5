import Foundation
import TensorFiles
import Tensors
import TestSupport
import Testing

@testable import Training

/// What becomes of a trained network that leaves Kindred, and checkpoints that say what they read.
@Suite struct StudentExportTests {
  static let networks = ["resnet8:4", "wrn10-2:4", "mobilenetv2:8", "vit:8:1:2:4", "mlp:6:5"]

  private func trained(_ name: String) throws -> TrainedModel {
    let shape = ImageShape(channels: 3, height: 8, width: 8)
    let network = try Networks.standard.named(name, classes: 3, shape: shape)
    return TrainedModel(
      Model.blank(network),
      input: ModelInput(
        shape: shape, isOfFeatures: false,
        normalization: PixelNormalization(
          means: [0.1, 0.2, 1.0 / 3], standardDeviations: [0.5, 0.25, 0.7])),
      classes: ["a", "b, \"c\"", "d"])
  }

  @Test(arguments: networks) func checkpointsSayWhatTheyRead(name: String) throws {
    let folder = try ScratchFolder()
    let path = folder.path("student.safetensors")
    let student = try trained(name)
    try Checkpoint.save(student, to: path)
    let read = try Checkpoint.read(path)
    #expect(read.input == student.input && read.classes == student.classes)
    #expect(read.model.network.name == name)
    let tensors = student.model.weights.tensors
    #expect(read.model.weights.tensors.mapValues { $0.scalars } == tensors.mapValues { $0.scalars })
  }

  /// Each name of PyTorch leads back to Kindred's, and no two are equal.
  @Test(arguments: networks) func torchNamesAreOneToOne(name: String) throws {
    let weights = try trained(name).model.weights
    let names = TorchNames(weights)
    let renamed = names.renamed(weights.tensors)
    #expect(renamed.count == weights.tensors.count)
    for (name, tensor) in renamed {
      #expect(weights.tensors[names.restored(name)]?.scalars == tensor.scalars, "\(name)")
    }
    for name in weights.tensors.keys { #expect(names.restored(name) == name) }
  }

  @Test func torchNamesAreThoseOfModules() throws {
    let names = TorchNames(try trained("wrn10-2:4").model.weights)
      .renamed(try trained("wrn10-2:4").model.weights.tensors).keys
    for name in [
      "stem.weight", "stage1.block1.first.norm.weight", "stage1.block1.first.norm.running_var",
      "stage1.block1.first.conv.weight", "stage1.block1.projection.weight", "norm.bias",
      "norm.running_mean", "logits.bias",
    ] { #expect(names.contains(name), "\(name) in \(names.sorted())") }
  }

  /// A file of Protocol Buffers ends where its last field does, and its graph has every weight.
  @Test(arguments: networks) func modelsHaveEveryWeight(name: String) throws {
    let student = try trained(name)
    let model = Data(try StudentExport(student).onnx())
    for name in student.model.weights.tensors.keys {
      #expect(model.firstRange(of: Data(name.utf8)) != nil, "\(name)")
    }
    let bytes = student.model.weights.tensors.values.reduce(0) { $0 + 4 * $1.count }
    #expect(model.count > bytes && model.count < bytes + 40_000)
  }

  @Test func sourceHasItsSizes() throws {
    let source = try StudentExport(trained("vit:8:1:2:4")).torchSource(title: "A student.")
    for line in [
      "CHANNELS = 3\nHEIGHT = 8\nWIDTH = 8\nCLASSES = 3\nDIM = 8\nDEPTH = 1\nHEADS = 2\nPATCH = 4\n",
      "torch.zeros(3, 1, 1)", "pixel values 0 to 255, N×3×8×8",
    ] { #expect(source.contains(line), "\(line)") }
  }
}
