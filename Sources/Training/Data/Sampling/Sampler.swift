public import Tensors

/// Decides which images make up the batches of an epoch.
public protocol Sampler: Sendable {
  /// Chooses the images of every batch of an epoch, as indices into `data`.
  ///
  /// - Parameters:
  ///   - data: The images to train on. Samplers may look at their labels.
  ///   - size: The number of images in a batch.
  ///   - random: The source of all random choices, which is another for every epoch.
  /// - Returns: One list of indices for each batch.
  func batches(of data: ImageDataSet, size: Int, using random: inout Random) -> [[Int]]
}

extension Sampler {
  /// The number of batches in an epoch of `count` images: as many as can be full, or one if none
  /// can.
  package static func batchCount(of count: Int, size: Int) -> Int {
    require(size > 0, "[sampler] batches of \(size) images")
    return count == 0 ? 0 : max(1, count / size)
  }
}
