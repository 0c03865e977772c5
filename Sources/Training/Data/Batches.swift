package import Distillation
public import Tensors

/// Some images of a data set in the form that networks take.
public struct Batch: Sendable {
  /// The indices of the images in the data set.
  package let indices: [Int]
  /// The places of the images in the data that the data set was taken from.
  let places: [Int]
  /// The normalised images, of shape [n, C, H, W]; for a set of features, these, of shape [n, D].
  public let images: Tensor
  /// A second view of the same images, of the same shape, if one was asked for.
  package let virtualImages: Tensor?
  /// Whether the augmentation mirrored each image.
  let areMirrored: [Bool]
  /// The class of each image; if the data have soft labels, the one that is most probable; if they have no
  /// labels, 0.
  public let labels: [Int]
  /// The probability of each class, of shape [n, C]; `nil` unless the data have soft labels.
  public let softLabels: Tensor?
  /// Whether the data have labels of any kind.
  let isLabelled: Bool

  init(
    indices: [Int], places: [Int]? = nil, images: Tensor, virtualImages: Tensor? = nil,
    areMirrored: [Bool]? = nil, labels: [Int], softLabels: Tensor? = nil,
    isLabelled: Bool = true
  ) {
    (self.softLabels, self.isLabelled) = (softLabels, isLabelled)
    (self.indices, self.images, self.labels) = (indices, images, labels)
    self.places = places ?? indices
    self.virtualImages = virtualImages
    self.areMirrored = areMirrored ?? indices.map { _ in false }
  }
}

/// The batches of one epoch, each prepared on another thread while the ones before it are used.
///
///     let batches = Batches(
///       of: data, size: 128, sampler: UniformSampler(), normalization: normalization,
///       augmentation: augmentation, seed: 1, epoch: 0)
///     for batch in batches { … }
///
/// The order of the images and their random changes depend only on the seed and the epoch, not on
/// the number of threads or on how earlier batches were used. Leave the loop to stop early.
public struct Batches: Sequence, Sendable {
  private let data: ImageDataSet
  private var plan: [[Int]]
  private let normalization: PixelNormalization
  /// The number for each byte, for each channel; none for features.
  private let tables: [[Tensor.Scalar]]
  private let augmentation: Augmentation
  private let view: RandAugment?
  private let seed: UInt64
  private let epoch: Int

  /// The number of examples in a batch of a network that does not learn: as many as are fastest.
  static let ofInference = 128

  /// The number of batches prepared ahead of the one in use.
  static let ahead = 2

  /// The batches of one epoch of training.
  ///
  /// - Parameters:
  ///   - data: The images to train on.
  ///   - size: The number of images in a batch.
  ///   - sampler: Decides which images make up each batch.
  ///   - normalization: Maps bytes to the numbers that networks see.
  ///   - augmentation: How images are changed at random.
  ///   - view: If given, each batch has every image a second time, changed by this after its
  ///     augmentation.
  ///   - seed: The seed of all random choices.
  ///   - epoch: The number of the epoch, counted from 0.
  public init(
    of data: ImageDataSet, size: Int, sampler: some Sampler, normalization: PixelNormalization,
    augmentation: Augmentation, view: RandAugment? = nil, seed: UInt64, epoch: Int
  ) {
    var random = Random(seed: seed, "batches", index: epoch)
    self.data = data
    self.plan = sampler.batches(of: data, size: size, using: &random)
    require(
      normalization.means.count == data.shape.channels,
      "[batches] a normalisation of \(normalization.means.count) channels for images of \(data.shape)"
    )
    self.normalization = normalization
    self.tables = data.isOfFeatures ? [] : normalization.tables
    self.augmentation = augmentation
    self.view = view
    self.seed = seed
    self.epoch = epoch
  }

  /// The batches for evaluation: all images, unchanged, in the order of the data set. The last
  /// batch may be smaller than `size`.
  public init(of data: ImageDataSet, size: Int, normalization: PixelNormalization) {
    self.init(
      of: data, size: size, sampler: SequentialSampler(), normalization: normalization,
      augmentation: Augmentation(), seed: 0, epoch: 0)
  }

  /// The number of batches.
  public var count: Int { plan.count }

  /// The number of batches, which is exact.
  public var underestimatedCount: Int { count }

  /// The first `count` batches.
  func prefix(_ count: Int) -> Batches {
    var first = self
    first.plan = Array(plan.prefix(count))
    return first
  }

  /// The batches after the first `count`, equal to those of the whole epoch.
  func suffix(from count: Int) -> Batches {
    var rest = self
    rest.plan.removeFirst(Swift.min(count, plan.count))
    return rest
  }

  /// The batch at an index, prepared by this call.
  package subscript(index: Int) -> Batch {
    let indices = plan[index]
    guard !data.isOfFeatures else { return batchOfFeatures(indices) }
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
      indices: indices, places: indices.map(data.place), images: tensor(of: images),
      virtualImages: virtual.map(tensor),
      areMirrored: augmented.map { $0.isMirrored },
      labels: indices.map { Int(data.labels[$0]) }, softLabels: data.softLabels(at: indices),
      isLabelled: data.isLabelled)
  }

  /// The batch of examples that are features, of shape [n, D].
  private func batchOfFeatures(_ indices: [Int]) -> Batch {
    let features = data.features(at: indices)
    let width = data.shape.count
    let scales = normalization.scales
    return Batch(
      indices: indices, places: indices.map(data.place),
      images: Tensor(shape: [indices.count, width]) { scalars in
        for row in 0..<indices.count {
          for (column, (mean, factor)) in scales.enumerated() {
            scalars[row * width + column] = (features[row * width + column] - mean) * factor
          }
        }
      }, labels: indices.map { Int(data.labels[$0]) }, softLabels: data.softLabels(at: indices),
      isLabelled: data.isLabelled)
  }

  /// An image with its augmentation. Each image has its own random stream, so its place in the
  /// epoch does not matter.
  private func augmentedImage(at index: Int) -> (image: Image, isMirrored: Bool) {
    var image = data.image(at: index)
    var random = Random(seed: seed, "augmentation", "epoch \(epoch)", index: index)
    let isMirrored = augmentation.apply(to: &image, using: &random)
    return (image, isMirrored)
  }

  private func tensor(of images: [Image]) -> Tensor {
    let shape = data.shape
    return Tensor(shape: [images.count, shape.channels, shape.height, shape.width]) { scalars in
      for (position, image) in images.enumerated() {
        let start = position * shape.count
        for (plane, table) in zip(image.planes, tables) {
          for pixel in plane { scalars[start + pixel] = table[Int(image.pixels[pixel])] }
        }
      }
    }
  }

  /// Starts to prepare batches on another thread, and returns an iterator over them.
  public func makeIterator() -> Iterator {
    Iterator(prepared: Prefetcher(count: count, ahead: Self.ahead) { self[$0] }.makeIterator())
  }

  /// An iterator over the batches of an epoch. When it goes away, no more batches are prepared.
  public struct Iterator: IteratorProtocol {
    fileprivate let prepared: Prefetcher<Batch>.Iterator

    /// Waits for the next batch if it is not ready yet; `nil` after the last.
    public mutating func next() -> Batch? { prepared.next() }
  }
}

extension ImageDataSet {
  /// The soft labels of the examples at these indices, of shape [n, C]; `nil` if there are none.
  fileprivate func softLabels(at indices: [Int]) -> Tensor? {
    guard hasSoftLabels else { return nil }
    let numbers: [Float] = softLabels(at: indices)
    return Tensor(shape: [indices.count, classes.count]) {
      _ = $0.initialize(fromContentsOf: numbers)
    }
  }
}

extension Outputs {
  /// No outputs yet, with what a batch says of its examples.
  package init(_ tensors: [String: Tensor] = [:], on batch: Batch) {
    self.init(
      tensors, labels: batch.isLabelled && batch.softLabels == nil ? batch.labels : nil,
      indices: batch.indices,
      softLabels: batch.softLabels)
  }
}
