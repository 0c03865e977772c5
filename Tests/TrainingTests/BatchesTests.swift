import Tensors
import Testing

@testable import Training

@Suite struct BatchesTests {
  /// Images of 2×3 pixels. The first pixel is the image's index, and the others count on from it.
  private func data(_ count: Int, classes: Int = 3) -> ImageDataSet {
    ImageDataSet(
      name: "counting", images: (0..<count).flatMap { index in (0..<6).map { UInt8(index + $0) } },
      labels: (0..<count).map { UInt8($0 % classes) }, shape: ImageShape(height: 2, width: 3),
      classes: (0..<classes).map { "class \($0)" })
  }

  /// A normalisation that gives the bytes themselves.
  private let identity = PixelNormalization(mean: 0, standardDeviation: 1 / 255)

  private func training(
    _ data: ImageDataSet, size: Int = 4, seed: UInt64 = 1, epoch: Int = 0,
    augmentation: Augmentation = Augmentation()
  ) -> Batches {
    Batches(
      of: data, size: size, sampler: UniformSampler(), normalization: identity,
      augmentation: augmentation, seed: seed, epoch: epoch)
  }

  @Test func everyImageOnce() {
    let data = data(20)
    let batches = Array(training(data))
    #expect(batches.map { $0.indices.count } == [4, 4, 4, 4, 4])
    #expect(batches.flatMap { $0.indices }.sorted() == Array(0..<20))
    #expect(batches.flatMap { $0.indices } != Array(0..<20))
    for batch in batches {
      #expect(batch.images.shape == [4, 1, 2, 3])
      #expect(batch.labels == batch.indices.map { $0 % 3 })
      let expected = batch.indices.flatMap { index in (0..<6).map { Float(index + $0) } }
      #expect(zip(batch.images.scalars, expected).allSatisfy { abs($0 - $1) < 1e-4 })
    }
  }

  @Test(arguments: [(0, 0, 0), (3, 1, 3), (4, 1, 4), (7, 1, 4), (8, 2, 8), (11, 2, 8)])
  func lastPartialBatchIsLeftOutOfTraining(images: Int, count: Int, seen: Int) {
    let data = data(images)
    let indices = training(data).flatMap { $0.indices }
    #expect(training(data).count == count)
    #expect(indices.count == seen)
    #expect(Set(indices).count == seen)
    var sampler = UniformSampler()
    sampler.dropsLast = false
    var random = Random(seed: 1)
    let all = sampler.batches(of: data, size: 4, using: &random)
    #expect(all.flatMap { $0 }.sorted() == Array(0..<images))
  }

  @Test func evaluationSeesAllInOrder() {
    let batches = Array(Batches(of: data(7), size: 3, normalization: identity))
    #expect(batches.map { $0.indices } == [[0, 1, 2], [3, 4, 5], [6]])
    #expect(batches.map { $0.images.shape[0] } == [3, 3, 1])
    #expect(batches[2].labels == [0])
  }

  @Test func orderComesFromSeedAndEpoch() {
    let data = data(30)
    func order(_ seed: UInt64, _ epoch: Int) -> [Int] {
      training(data, seed: seed, epoch: epoch).flatMap { $0.indices }
    }
    #expect(order(1, 0) == order(1, 0))
    #expect(Set([order(1, 0), order(1, 1), order(2, 0), order(2, 1)]).count == 4)
    // The order was computed by a separate implementation in Python.
    #expect(order(1, 0).prefix(10) == [20, 17, 16, 0, 1, 11, 22, 5, 4, 2])
  }

  /// The random changes to an image depend on the seed, the epoch and its index, not on its place.
  @Test func augmentationFollowsTheImage() throws {
    var augmentation = Augmentation()
    augmentation.flip = true
    augmentation.shift = 1
    let data = data(24)
    func images(size: Int, seed: UInt64 = 1, epoch: Int = 0) -> [Int: [Float]] {
      let batches = training(
        data, size: size, seed: seed, epoch: epoch, augmentation: augmentation)
      return batches.reduce(into: [:]) { images, batch in
        let scalars = batch.images.scalars
        for (position, index) in batch.indices.enumerated() {
          images[index] = Array(scalars[position * 6..<position * 6 + 6])
        }
      }
    }
    let one = images(size: 1)
    #expect(one.count == 24)
    #expect(images(size: 8) == one)
    #expect(images(size: 1, epoch: 1) != one)
    #expect(images(size: 1, seed: 2) != one)
    // Image 5 is prepared by hand.
    var random = Random(seed: 1, "augmentation", "epoch 0", index: 5)
    var image = data.image(at: 5)
    _ = augmentation.apply(to: &image, using: &random)
    let expected = try #require(one[5])
    #expect(image.pixels.map { Float($0) }.elementsEqual(expected) { abs($0 - $1) < 1e-4 })
  }

  @Test(arguments: [2, 5]) func threadsChangeNothing(threads: Int) {
    var augmentation = Augmentation()
    augmentation.crop = 2
    let batches = training(Glyphs.make(count: 64, seed: 1), size: 32, augmentation: augmentation)
    func scalars(_ threads: Int) -> [Float] {
      Parallel.$threads.withValue(threads) { batches.flatMap { $0.images.scalars } }
    }
    #expect(scalars(threads) == scalars(1))
  }

  @Test func leavingEarlyIsFine() {
    let batches = training(data(200), size: 2)
    for _ in 0..<50 {
      var seen = 0
      for batch in batches {
        #expect(batch.indices == batches[seen].indices)
        seen += 1
        if seen == 3 { break }
      }
      #expect(seen == 3)
    }
  }

  @Test func ownSamplerFits() {
    // Draws only the images of the first class, one per batch.
    struct FirstClass: Sampler {
      func batches(of data: ImageDataSet, size: Int, using random: inout Random) -> [[Int]] {
        (0..<data.count).filter { data.labels[$0] == 0 }.map { [$0] }
      }
    }
    let batches = Batches(
      of: data(9), size: 4, sampler: FirstClass(), normalization: identity,
      augmentation: Augmentation(), seed: 1, epoch: 0)
    #expect(batches.map { $0.indices } == [[0], [3], [6]])
    #expect(batches.map { $0.labels } == [[0], [0], [0]])
  }
}
