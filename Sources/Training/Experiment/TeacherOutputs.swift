import Distillation
import Foundation
import Tensors

/// A teacher's outputs on every image that students are trained on, computed once: of the images as
/// they are, and mirrored where the augmentation does that.
struct TeacherOutputs: Sendable {
  /// By name, with a row for each image and after these one for each mirrored image.
  private let tensors: [String: Tensor]
  private let count: Int

  /// How much is held at most, in bytes.
  static let capacity = 512 << 20

  /// Those of `names` that a batch's images have, whatever batch they are in.
  func callAsFunction(on batch: Batch, giving names: [String]) -> Outputs {
    let rows = zip(batch.indices, batch.areMirrored).map { $0 + ($1 ? count : 0) }
    let last = LastStage.name(among: tensors.keys)
    let wanted = names.map { $0 == LastStage.output ? last ?? $0 : $0 }
    return Outputs(
      tensors.filter { wanted.contains($0.key) }.mapValues { $0.rows(rows) }, labels: batch.labels)
  }

  /// Whether an image has the same few outputs in every epoch.
  static func areKnown(_ names: [String], under augmentation: Augmentation) -> Bool {
    augmentation.crop == 0 && augmentation.shift == 0 && ViewOutputs(names).virtual.isEmpty
  }
}

extension TeacherOutputs {
  /// The outputs of a network on images, of mirrored ones as well where `isMirrored`; `nil` where
  /// they would take more than ``capacity``.
  ///
  /// They are read from a file if they are there, or else computed and written. A file of another
  /// network, of other images or outputs, or of another program's kernels, and one that is damaged,
  /// is replaced. Throws ``FileError`` where the file cannot be written.
  init?(
    of network: TrainedNetwork, on images: ImageDataSet, giving names: [String],
    isMirrored: Bool, normalizedBy normalization: PixelNormalization, file: String?
  ) throws {
    let views = [false] + (isMirrored ? [true] : [])
    let few = try images.first(min(1, images.count))
    let sizes = Self.outputs(of: network, on: few, giving: names, false, normalization).values
      .map { $0.count }
    guard sizes.reduce(0, +) * images.count * views.count * 4 <= Self.capacity else { return nil }
    count = images.count
    let identity = [
      "format": "kindred-teacher-outputs/1", "network": network.network.name,
      "weights": Checksum(of: network.weights.tensors).text, "images": Checksum(of: images).text,
      "outputs": names.sorted().joined(separator: " "), "views": "\(views.count)",
      "kernels": Kernels.current.description,
      "normalization": "\(normalization.mean) \(normalization.standardDeviation)",
    ]
    if let file, let known = Self.read(file, identity) {
      tensors = known
      return
    }
    let found = views.map {
      Self.outputs(of: network, on: images, giving: names, $0, normalization)
    }
    tensors = Dictionary(
      uniqueKeysWithValues: found[0].keys.map { name in
        (name, Tensor.concatenated(found.compactMap { $0[name] }))
      })
    guard let file else { return }
    try FileManager.default.createDirectory(
      atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    var metadata = identity
    metadata["checksum"] = Checksum(of: tensors).text
    try TensorFile.write(tensors, to: file, metadata: metadata, overwriting: true)
  }

  private static func outputs(
    of network: TrainedNetwork, on images: ImageDataSet, giving names: [String],
    _ isMirrored: Bool, _ normalization: PixelNormalization
  ) -> [String: Tensor] {
    let batches = Batches(
      of: isMirrored ? images.mirrored : images, size: 256, normalization: normalization)
    let parts = batches.map { network.outputs(on: $0.images, giving: names).tensors }
    return Dictionary(
      uniqueKeysWithValues: (parts.first ?? [:]).keys.map { name in
        (name, Tensor.concatenated(parts.compactMap { $0[name] }))
      })
  }

  /// What a file has of this identity; `nil` where it has something else or is damaged.
  private static func read(_ file: String, _ identity: [String: String]) -> [String: Tensor]? {
    guard let metadata = try? TensorFile.metadata(of: file),
      identity.allSatisfy({ metadata[$0.key] == $0.value }),
      let tensors = try? TensorFile.read(file),
      metadata["checksum"] == Checksum(of: tensors).text
    else { return nil }
    return tensors
  }
}

extension ImageDataSet {
  /// Every image with left and right exchanged.
  fileprivate var mirrored: ImageDataSet {
    var result = self
    result.images = (0..<count).flatMap { index in
      var image = image(at: index)
      image.mirror()
      return image.pixels
    }
    return result
  }
}
