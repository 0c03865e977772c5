public import Tensors

/// Some images of a data set, as networks see them.
public struct Batch: Sendable {
  /// Where the images are in the data set.
  public let indices: [Int]
  /// [n, 1, H, W], normalised.
  public let images: Tensor
  /// The class of each image.
  public let labels: [Int]
}

/// The batches of one epoch, prepared on another thread while the ones before them are used.
///
///     let batches = Batches(
///       of: data, size: 128, sampler: UniformSampler(), normalization: normalization,
///       augmentation: augmentation, seed: 1, epoch: 0)
///     for batch in batches { … }
///
/// Their order and the chance in their images depend on the seed and the epoch alone: not on the
/// number of threads, and not on what was done with the batches before. Stop early by leaving the
/// loop.
public struct Batches: Sequence, Sendable {
  private let data: ImageDataSet
  private let plan: [[Int]]
  private let table: [Tensor.Scalar]
  private let transforms: [any ImageTransform]
  private let seed: UInt64
  private let epoch: Int

  /// How many batches are prepared ahead of the one in use.
  static let ahead = 2

  /// The batches to train on in an epoch, which is counted from 0, of `size` images each.
  public init(
    of data: ImageDataSet, size: Int, sampler: some Sampler, normalization: PixelNormalization,
    augmentation: Augmentation, seed: UInt64, epoch: Int
  ) {
    var random = Random(seed: seed, "batches", index: epoch)
    self.data = data
    self.plan = sampler.batches(of: data, size: size, using: &random)
    self.table = normalization.table
    self.transforms = augmentation.transforms
    self.seed = seed
    self.epoch = epoch
  }

  /// All images unchanged in the order of the data set, for evaluation.
  public init(of data: ImageDataSet, size: Int, normalization: PixelNormalization) {
    self.init(
      of: data, size: size, sampler: SequentialSampler(), normalization: normalization,
      augmentation: Augmentation(), seed: 0, epoch: 0)
  }

  /// The number of batches.
  public var count: Int { plan.count }

  public var underestimatedCount: Int { count }

  /// The batch at an index, made here and now.
  public subscript(index: Int) -> Batch {
    let indices = plan[index]
    let size = data.height * data.width
    let images = Tensor(shape: [indices.count, 1, data.height, data.width]) { scalars in
      for (position, index) in indices.enumerated() {
        var image = data.image(at: index)
        if !transforms.isEmpty {
          // A stream for each image, so that its order in the epoch does not matter.
          var random = Random(seed: seed, "augmentation", "epoch \(epoch)", index: index)
          for transform in transforms { transform.apply(to: &image, using: &random) }
        }
        for (pixel, byte) in image.pixels.enumerated() {
          scalars[position * size + pixel] = table[Int(byte)]
        }
      }
    }
    return Batch(
      indices: indices, images: images, labels: indices.map { Int(data.labels[$0]) })
  }

  public func makeIterator() -> Iterator {
    Iterator(prepared: Prefetcher(count: count, ahead: Self.ahead) { self[$0] }.makeIterator())
  }

  public struct Iterator: IteratorProtocol {
    fileprivate let prepared: Prefetcher<Batch>.Iterator

    public mutating func next() -> Batch? { prepared.next() }
  }
}
