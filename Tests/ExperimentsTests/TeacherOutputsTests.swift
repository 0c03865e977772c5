import Foundation
import Kindred
import TensorFiles
import Tensors
import TestSupport
import Testing

@testable import Experiments
@testable import Training

@Suite struct TeacherOutputsTests {
  let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  func experiment(_ changes: [String] = []) throws -> Experiment {
    try Experiment(
      ExperimentTests.recipe(
        ["ce + kd", "ce + rkd + 0.1*sp(layer: hidden1)"],
        ["seeds=[1]", "student.training.augmentation={flip: true}"] + changes),
      registry: .linked)
  }

  /// The stored outputs of each image, mirrored or not, equal those that the teacher gives for it
  /// in any batch, to the bit.
  @Test(arguments: ["mlp:16", "resnet8:2"])
  func theyAreTheTeachersOnEveryBatch(_ network: String) throws {
    // There are more images than one batch takes.
    let images = Glyphs.make(count: 260, seed: 4)
    let normalization = PixelNormalization(of: images)
    let trained = Model.blank(
      try Networks.standard.named(network, classes: 16, shape: ImageShape(height: 28, width: 28)))
    let names: [OutputName] = ["embedding", "logits"]
    let known = TeacherOutputs(
      of: trained, on: images, giving: names, isMirrored: true, normalizedBy: normalization)
    #expect(known.bytes == known.sizes.values.reduce(0, +) * 260 * 2 * 4)
    var augmentation = Augmentation()
    augmentation.flip = true
    let batches = Batches(
      of: images, size: 16, sampler: UniformSampler(), normalization: normalization,
      augmentation: augmentation, seed: 3, epoch: 1)
    var mirrored = 0
    for batch in batches {
      let expected = trained.network.outputs(on: batch, trained.weights, .inference, giving: names)
      let found = known(on: batch, giving: names)
      #expect(found.labels == batch.labels)
      for name in names {
        let (a, b) = (found.tensors["\(name)"], expected.outputs.tensors["\(name)"])
        #expect(a?.shape == b?.shape)
        #expect(a?.scalars.map { $0.bitPattern } == b?.scalars.map { $0.bitPattern })
      }
      mirrored += batch.areMirrored.count { $0 }
    }
    #expect(90...166 ~= mirrored, "of 256, about half")
  }

  /// A file with the right checksums but other tensors is made anew.
  @Test(arguments: [0, 1, 2])
  func aForgedFileIsMadeAnew(_ kind: Int) throws {
    let (cache, file) = (
      folder.path("cache"), folder.path("cache/teacher-1-48-mirrored.safetensors")
    )
    let first = try experiment().run(cachingIn: cache) { _, _ in }
    let bytes = try Data(contentsOf: URL(filePath: file))
    var tensors = try TensorFile.read(file)
    let name = try #require(tensors.keys.sorted().first)
    switch kind {
    case 0: tensors[name] = tensors[name]?.rows([0, 1])
    case 1: tensors[name] = nil
    default: tensors["other"] = tensors[name]
    }
    var metadata = try TensorFile.metadata(of: file)
    metadata["checksum"] = Checksum(of: tensors).text
    try TensorFile.write(tensors, to: file, metadata: metadata, overwriting: true)
    let second = try experiment().run(cachingIn: cache) { _, _ in }
    #expect(
      try ExperimentTests.withoutSeconds(second) == ExperimentTests.withoutSeconds(first))
    #expect(try Data(contentsOf: URL(filePath: file)) == bytes)
  }

  @Test func theyAreComputedOnceAndKept() throws {
    let (cache, file) = (
      folder.path("cache"), folder.path("cache/teacher-1-48-mirrored.safetensors")
    )
    let first = try experiment().run(cachingIn: cache) { _, _ in }
    let bytes = try Data(contentsOf: URL(filePath: file))
    let date = try FileManager.default.attributesOfItem(atPath: file)[.modificationDate] as? Date
    let second = try experiment().run(cachingIn: cache) { _, _ in }
    #expect(
      try ExperimentTests.withoutSeconds(first) == ExperimentTests.withoutSeconds(second))
    #expect(
      try FileManager.default.attributesOfItem(atPath: file)[.modificationDate] as? Date == date)
    // The content of the file is what the run uses.
    var tensors = try TensorFile.read(file)
    let metadata = try TensorFile.metadata(of: file)
    tensors = tensors.mapValues { Tensor(repeating: 0, shape: $0.shape) }
    var changed = metadata
    changed["checksum"] = Checksum(of: tensors).text
    try TensorFile.write(tensors, to: file, metadata: changed, overwriting: true)
    let third = try experiment().run(cachingIn: cache) { _, _ in }
    #expect(
      try ExperimentTests.withoutSeconds(first) != ExperimentTests.withoutSeconds(third))
    // A damaged file, one of another teacher, and one of other outputs are made anew.
    for key in ["checksum", "weights", "outputs", "images", "kernels", "views", "normalization"] {
      changed["checksum"] = Checksum(of: tensors).text
      changed[key] = "other"
      try TensorFile.write(tensors, to: file, metadata: changed, overwriting: true)
      let result = try experiment().run(cachingIn: cache) { _, _ in }
      #expect(
        try ExperimentTests.withoutSeconds(first) == ExperimentTests.withoutSeconds(result))
      #expect(try Data(contentsOf: URL(filePath: file)) == bytes)
      changed = metadata
    }
  }

  /// If images are moved, a teacher sees another image each time.
  @Test func movedImagesAreNotKnown() throws {
    _ = try experiment(["student.training.augmentation.shift=1"]).run(
      cachingIn: folder.path("cache")
    ) { _, _ in }
    #expect(!FileManager.default.fileExists(atPath: folder.path("cache")))
    let names: [OutputName] = ["logits", "logits@virtual"]
    #expect(!TeacherOutputs.areKnown(names, under: Augmentation()))
    #expect(TeacherOutputs.areKnown(["logits"], under: Augmentation()))
  }
}
