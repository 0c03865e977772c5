/// The input of a trained network: images of one shape, or features, and their normalisation.
public struct ModelInput: Hashable, Sendable {
  /// The shape of an image; D channels of one pixel for D features.
  public let shape: ImageShape

  /// Whether the network reads features in place of images.
  public let isOfFeatures: Bool

  /// The map from pixels or features to the numbers that the network sees.
  public let normalization: PixelNormalization

  /// The input of a network that is trained on these examples.
  public init(_ examples: ImageDataSet, normalizedBy normalization: PixelNormalization) {
    self.init(
      shape: examples.shape, isOfFeatures: examples.isOfFeatures, normalization: normalization)
  }

  package init(shape: ImageShape, isOfFeatures: Bool, normalization: PixelNormalization) {
    (self.shape, self.isOfFeatures) = (shape, isOfFeatures)
    self.normalization = normalization
  }

  /// Whether examples have the shape that the network reads.
  package func fits(_ examples: ImageDataSet) -> Bool {
    examples.shape == shape && examples.isOfFeatures == isOfFeatures
  }
}

extension ModelInput: CustomStringConvertible {
  /// `images of 3×32×32` or `512 features`.
  public var description: String {
    isOfFeatures ? "\(shape.channels) features" : "images of \(shape)"
  }
}

extension ModelInput {
  /// The entries that describe the input in the metadata of a checkpoint.
  var metadata: [String: String] {
    func text(_ numbers: [Double]) -> String {
      numbers.map { "\($0)" }.joined(separator: " ")
    }
    return [
      "input": isOfFeatures ? "features" : "images",
      "shape": "\(shape.channels) \(shape.height) \(shape.width)",
      "means": text(normalization.means),
      "standard_deviations": text(normalization.standardDeviations),
    ]
  }

  /// The most numbers of an example that a network is believed to read: those of the largest image that is decoded.
  private static let mostNumbers = 1 << 28

  /// The input that metadata describe; `nil` if an entry is missing or wrong.
  init?(_ metadata: [String: String]) {
    func numbers<Number: LosslessStringConvertible>(_ key: String) -> [Number]? {
      let words = metadata[key]?.split(separator: " ") ?? []
      let numbers = words.compactMap { Number(String($0)) }
      return numbers.count == words.count ? numbers : nil
    }
    guard let kind = metadata["input"], ["images", "features"].contains(kind),
      let sizes: [Int] = numbers("shape"), sizes.count == 3,
      sizes.allSatisfy({ (1...Self.mostNumbers).contains($0) }),
      sizes[1] <= 4096, sizes[2] <= 4096, sizes[0] <= Self.mostNumbers / (sizes[1] * sizes[2]),
      let means: [Double] = numbers("means"),
      let deviations: [Double] = numbers("standard_deviations"),
      means.count == sizes[0], deviations.count == sizes[0],
      means.allSatisfy({ $0.isFinite }), deviations.allSatisfy({ $0 > 0 && $0.isFinite })
    else { return nil }
    self.init(
      shape: ImageShape(channels: sizes[0], height: sizes[1], width: sizes[2]),
      isOfFeatures: kind == "features",
      normalization: PixelNormalization(means: means, standardDeviations: deviations))
  }
}
