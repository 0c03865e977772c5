public import Tensors

/// Decides which images make up the batches of an epoch.
public protocol Sampler: Sendable {
  /// The indices of the images of every batch of an epoch, batch by batch.
  ///
  /// Samplers look at the labels of `data`, make batches of `size` images, and
  /// take all chance from `random`, which is another for every epoch.
  func batches(of data: ImageDataSet, size: Int, using random: inout Random) -> [[Int]]
}

extension Sampler {
  /// How many batches there are in an epoch of `count` images: as many as are full, and one where
  /// none is.
  package static func batchCount(of count: Int, size: Int) -> Int {
    precondition(size > 0, "[sampler] batches of \(size) images")
    return count == 0 ? 0 : max(1, count / size)
  }
}
