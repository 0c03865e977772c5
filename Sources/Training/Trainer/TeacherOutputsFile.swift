import Foundation
import TensorFiles
import Tensors

/// A file of a teacher's outputs, with a description of everything that decides the bits in it.
package struct TeacherOutputsFile {
  package let path: String
  private let identity: [String: String]
  private let images: Int
  private let names: [String]
  private let views: Int

  /// A file that need not exist yet.
  ///
  /// - Parameters:
  ///   - path: A path in a folder whose own folder exists.
  ///   - network: The network whose outputs are stored.
  ///   - images: The images that the outputs are computed on.
  ///   - names: The names of the outputs, as the network calls them.
  ///   - isMirrored: Whether outputs on each mirrored image are stored too.
  ///   - normalization: The normalisation of the pixels.
  package init(
    _ path: String, of network: Model, on images: ImageDataSet, giving names: [String],
    isMirrored: Bool, normalizedBy normalization: PixelNormalization
  ) {
    (self.path, self.images, self.names) = (path, images.count, names)
    views = isMirrored ? 2 : 1
    let input = network.network.input(of: ModelInput(images, normalizedBy: normalization))
    identity = [
      "format": "kindred-teacher-outputs/1", "network": network.network.name,
      "weights": Checksum(of: network.weights.tensors).text, "images": Checksum(of: images).text,
      "outputs": names.sorted().joined(separator: " "), "views": isMirrored ? "2" : "1",
      "kernels": Kernels.current.description,
      "input": "\(input)", "normalization": input.normalization.text,
    ]
  }

  /// The outputs in the file. The result is `nil` if there is no file, if it is damaged, or if it
  /// was made with another network, other images or outputs, or another program's kernels.
  package func read() -> TeacherOutputs? {
    guard let metadata = try? TensorFile.metadata(of: path),
      identity.allSatisfy({ metadata[$0.key] == $0.value }),
      let tensors = try? TensorFile.read(path),
      metadata["checksum"] == Checksum(of: tensors).text
    else { return nil }
    // A foreign file may have another tensor under one of the names.
    let isWhole = { (tensor: Tensor) in
      tensor.rank >= 2 && tensor.shape[0] == views * images && tensor.count > 0
    }
    guard Set(tensors.keys) == Set(names), tensors.values.allSatisfy(isWhole) else { return nil }
    return TeacherOutputs(tensors, of: images)
  }

  /// Writes the file, replacing an existing one. Its folder is made if there is none.
  ///
  /// - Throws: ``FileError``.
  package func write(_ outputs: TeacherOutputs) throws {
    guard mkdir((path as NSString).deletingLastPathComponent, 0o777) == 0 || errno == EEXIST else {
      throw FileError.unwritable(file: path, reason: FileError.systemReason)
    }
    var metadata = identity
    metadata["checksum"] = Checksum(of: outputs.tensors).text
    try TensorFile.write(outputs.tensors, to: path, metadata: metadata, overwriting: true)
  }
}
