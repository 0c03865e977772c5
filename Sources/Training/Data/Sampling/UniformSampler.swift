public import Tensors

/// Draws all images once an epoch, in random order.
public struct UniformSampler: Sampler {
  /// Whether an incomplete last batch is left out, unless it is the only one.
  package var dropsLast = true

  /// Creates a sampler that leaves out an incomplete last batch, unless it is the only one.
  public init() {}

  /// The images of every batch of an epoch, as indices into `data`, batch by batch.
  public func batches(of data: ImageDataSet, size: Int, using random: inout Random) -> [[Int]] {
    var batches = random.shuffled(0..<data.count).chunks(of: size)
    if dropsLast, batches.count > 1, data.count % size != 0 { batches.removeLast() }
    return batches
  }
}

/// Takes all images in the order of the data set, for evaluation.
package struct SequentialSampler: Sampler {
  package init() {}

  package func batches(of data: ImageDataSet, size: Int, using random: inout Random) -> [[Int]] {
    Array(0..<data.count).chunks(of: size)
  }
}

extension [Int] {
  /// Consecutive parts of `size` elements; the last may have fewer.
  fileprivate func chunks(of size: Int) -> [[Int]] {
    require(size > 0, "[sampler] batches of \(size) images")
    return stride(from: 0, to: count, by: size).map { start in
      Array(self[start..<Swift.min(start + size, count)])
    }
  }
}
