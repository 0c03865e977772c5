public import Tensors

/// Some images of a data set, as networks see them.
public struct Batch: Sendable {
  /// Where the images are in the data set.
  package let indices: [Int]
  /// [n, 1, H, W], normalised.
  public let images: Tensor
  /// A second view of the same images, of the same shape; where one was asked for.
  package let virtualImages: Tensor?
  /// Whether the augmentation mirrored each image.
  let areMirrored: [Bool]
  /// The class of each image.
  public let labels: [Int]

  init(
    indices: [Int], images: Tensor, virtualImages: Tensor? = nil, areMirrored: [Bool]? = nil,
    labels: [Int]
  ) {
    (self.indices, self.images, self.labels) = (indices, images, labels)
    self.virtualImages = virtualImages
    self.areMirrored = areMirrored ?? indices.map { _ in false }
  }
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
  private var plan: [[Int]]
  private let table: [Tensor.Scalar]
  private let augmentation: Augmentation
  private let view: RandAugment?
  private let seed: UInt64
  private let epoch: Int

  /// How many batches are prepared ahead of the one in use.
  static let ahead = 2

  /// The batches to train on in an epoch, which is counted from 0, of `size` images each.
  ///
  /// With a `view`, every batch has each image a second time, changed by it after it was augmented.
  public init(
    of data: ImageDataSet, size: Int, sampler: some Sampler, normalization: PixelNormalization,
    augmentation: Augmentation, view: RandAugment? = nil, seed: UInt64, epoch: Int
  ) {
    var random = Random(seed: seed, "batches", index: epoch)
    self.data = data
    self.plan = sampler.batches(of: data, size: size, using: &random)
    self.table = normalization.table
    self.augmentation = augmentation
    self.view = view
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

  /// The batches after the first `count`, as they are when those are made too.
  func suffix(from count: Int) -> Batches {
    var rest = self
    rest.plan.removeFirst(Swift.min(count, plan.count))
    return rest
  }

  /// The batch at an index, made here and now.
  package subscript(index: Int) -> Batch {
    let indices = plan[index]
    let augmented = indices.map { augmentedImage(at: $0) }
    let images = augmented.map { $0.image }
    let virtual = view.map { view in
      zip(indices, images).map { index, image in
        var image = image
        var random = Random(seed: seed, "view", "epoch \(epoch)", index: index)
        view.apply(to: &image, using: &random)
        return image
      }
    }
    return Batch(
      indices: indices, images: tensor(of: images), virtualImages: virtual.map(tensor),
      areMirrored: augmented.map { $0.isMirrored }, labels: indices.map { Int(data.labels[$0]) })
  }

  /// An image with its augmentation. Each image has a random stream of its own, so that its order
  /// in the epoch does not matter.
  private func augmentedImage(at index: Int) -> (image: GreyImage, isMirrored: Bool) {
    var image = data.image(at: index)
    var random = Random(seed: seed, "augmentation", "epoch \(epoch)", index: index)
    let isMirrored = augmentation.apply(to: &image, using: &random)
    return (image, isMirrored)
  }

  private func tensor(of images: [GreyImage]) -> Tensor {
    let size = data.height * data.width
    return Tensor(shape: [images.count, 1, data.height, data.width]) { scalars in
      for (position, image) in images.enumerated() {
        for (pixel, byte) in image.pixels.enumerated() {
          scalars[position * size + pixel] = table[Int(byte)]
        }
      }
    }
  }

  public func makeIterator() -> Iterator {
    Iterator(prepared: Prefetcher(count: count, ahead: Self.ahead) { self[$0] }.makeIterator())
  }

  public struct Iterator: IteratorProtocol {
    fileprivate let prepared: Prefetcher<Batch>.Iterator

    public mutating func next() -> Batch? { prepared.next() }
  }
}
