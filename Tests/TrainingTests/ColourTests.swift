import Distillation
import TensorFiles
import Tensors
import Testing

@testable import Training

/// Images of three channels: each channel is treated as a grey image is, except where colours mix.
@Suite struct ColourTests {
  static let shape = ImageShape(channels: 3, height: 4, width: 5)

  /// Noise whose channels have different ranges.
  static func noise(seed: UInt64) -> Image {
    var random = Random(seed: seed, "colour")
    return Image(
      pixels: (0..<shape.count).map { place in
        UInt8(random.integer(below: 120) + 60 * (place / shape.plane))
      }, shape: shape)
  }

  static func data(_ count: Int) -> ImageDataSet {
    ImageDataSet(
      name: "colours", images: (0..<count).flatMap { noise(seed: UInt64($0)).pixels },
      labels: (0..<count).map { $0 * 300 }, shape: shape,
      classes: (0..<1000).map { "\($0)" })
  }

  @Test func shapesAsText() {
    #expect("\(Self.shape)" == "3×4×5")
    #expect("\(ImageShape(height: 28, width: 27))" == "28×27")
    #expect((Self.shape.count, Self.shape.plane) == (60, 20))
  }

  @Test(arguments: ImageOperation.all(channels: 1).filter { $0 != .contrast })
  func operationsTreatEachChannelAsGrey(operation: ImageOperation) {
    for strength in [-0.7, 0.3, 1] {
      let image = Self.noise(seed: 3)
      var changed = image
      operation.apply(to: &changed, strength: strength)
      let expected = image.planes.flatMap { plane in
        var grey = Image(pixels: Array(image.pixels[plane]), height: 4, width: 5)
        operation.apply(to: &grey, strength: strength)
        return grey.pixels
      }
      #expect(changed.pixels == expected, "\(operation) \(strength)")
    }
  }

  @Test func colourIsStrengthenedAboutGrey() {
    // Grey is 0.299 · 200 + 0.587 · 100 + 0.114 · 50 = 124.2, which is rounded.
    var image = Image(
      pixels: [200, 100, 50], shape: ImageShape(channels: 3, height: 1, width: 1))
    image.saturate(by: 0)
    #expect(image.pixels == [124, 124, 124])
    image = Image(pixels: [200, 100, 50], shape: ImageShape(channels: 3, height: 1, width: 1))
    image.saturate(by: 1.5)
    #expect(image.pixels == [238, 88, 13])
    var pair = Image(pixels: [200, 100], shape: ImageShape(channels: 2, height: 1, width: 1))
    pair.saturate(by: 0)
    #expect(pair.pixels == [200, 100])
  }

  @Test func contrastIsAboutTheMeanOfGrey() {
    var image = Image(
      pixels: [200, 0, 100, 0, 50, 0], shape: ImageShape(channels: 3, height: 1, width: 2))
    image.contrast(by: 0)
    #expect(image.pixels == [UInt8](repeating: 62, count: 6))
  }

  @Test func channelsMoveTogether() {
    let shape = ImageShape(channels: 2, height: 2, width: 2)
    var image = Image(pixels: [1, 2, 3, 4, 5, 6, 7, 8], shape: shape)
    image.move(down: 1, right: 0)
    #expect(image.pixels == [0, 0, 1, 2, 0, 0, 5, 6])
    image.mirror()
    #expect(image.pixels == [0, 0, 2, 1, 0, 0, 6, 5])
  }

  @Test func eachChannelHasItsOwnNormalization() {
    let data = ImageDataSet(
      name: "two", images: [0, 10, 200, 200, 20, 30, 200, 200], labels: [0, 0],
      shape: ImageShape(channels: 2, height: 1, width: 2), classes: ["only"])
    let normalization = PixelNormalization(of: data)
    #expect(
      zip(normalization.means, [15.0 / 255, 200.0 / 255]).allSatisfy { abs($0 - $1) < 1e-12 })
    let deviation = 125.0.squareRoot() / 255
    #expect(abs(normalization.standardDeviations[0] - deviation) < 1e-12)
    #expect(normalization.standardDeviations[1] == 1)
    #expect(normalization.text.split(separator: " ").count == 4)
    let batch = Batches(of: data, size: 2, normalization: normalization)[0]
    #expect(batch.images.shape == [2, 2, 1, 2])
    let expected = [0, 10, 20, 30].map { Float((Double($0) - 15) / 125.0.squareRoot()) }
    let scalars = batch.images.scalars
    #expect(zip([0, 1, 4, 5], expected).allSatisfy { abs(scalars[$0] - $1) < 1e-5 })
    #expect([2, 3, 6, 7].allSatisfy { abs(scalars[$0]) < 1e-6 })
  }

  @Test func labelsGoBeyondBytes() {
    let data = Self.data(3)
    #expect(data.labels == [0, 300, 600])
    #expect(data.subset(at: [2, 1]).subset(at: [1]).labels == [300])
    #expect(data.subset(at: [2, 1]).subset(at: [1]).images == Self.noise(seed: 1).pixels)
    #expect(data.mirrored.subset(at: [2]).mirrored.images == Self.noise(seed: 2).pixels)
  }

  @Test(arguments: ["resnet8:2", "mlp:4"]) func networksTakeChannels(name: String) throws {
    let network = try Networks.standard.named(name, classes: 1000, shape: Self.shape)
    var random = Random(seed: 1, "test")
    let weights = network.initialWeights(using: &random)
    #expect(weights.parameters[0].tensor.shape == (name == "mlp:4" ? [4, 60] : [2, 3, 3, 3]))
    let data = Self.data(2)
    let batch = Batches(of: data, size: 2, normalization: PixelNormalization(of: data))[0]
    let logits = network(batch.images, weights, .inference, giving: ["logits"]).outputs
      .tensors["logits"]
    #expect(logits?.shape == [2, 1000])
  }
}

/// Operations on a colour image, compared with torchvision's.
@Suite struct TorchvisionTests {
  /// The arrays that `make_colour.py` wrote.
  private func fixture() throws -> [String: Tensor] {
    try TensorFile.read(Fixtures.path("colour.npz"))
  }

  @Test(
    arguments: ImageOperation.all(channels: 3).filter { $0 != .identity })
  func operationsAreTorchvisions(operation: ImageOperation) throws {
    let arrays = try fixture()
    let source = try #require(arrays["image"])
    let shape = ImageShape(channels: 3, height: source.shape[1], width: source.shape[2])
    for strength in [-0.8, 0.3, 1] {
      var image = Image(pixels: source.scalars.map { UInt8($0) }, shape: shape)
      operation.apply(to: &image, strength: strength)
      let expected = try #require(arrays["\(operation) \(strength)"]).scalars
      #expect(expected != source.scalars)
      let differences = zip(image.pixels, expected).map { abs(Int($0) - Int($1)) }
      #expect(differences.max() ?? 256 <= 1, "\(operation) \(strength)")
    }
  }
}
