public import Kindred
public import Training

/// Two convolutions, of which the second has a way around it.
///
/// The outputs are `stem` and `stage1` (N×width×H/2×W/2, after ReLU), `embedding` (the means of
/// `stage1`, N×width) and `logits`.
public struct SkipNet: NamedNetwork {
  public static let pattern = "skipnet:<width>"
  public static let example = SkipNet(width: 16, classes: 10, channels: 1)

  /// The number of channels of both convolutions.
  public let width: Int
  public let classes: Int
  /// The number of channels of an image.
  public let channels: Int

  public init(width: Int, classes: Int, channels: Int) {
    (self.width, self.classes, self.channels) = (width, classes, channels)
  }

  public init(sizes: [Int], classes: Int, images: ImageShape) throws {
    guard images.height > 1, images.width > 1 else {
      throw UnfitSizes("images of \(images) are too small; 2×2 is the least")
    }
    self.init(width: sizes[0], classes: classes, channels: images.channels)
  }

  public var name: String { "skipnet:\(width)" }
  public var outputNames: [String] { ["stem", "stage1", "embedding", "logits"] }

  public func initialWeights(using random: inout Random) -> Weights {
    var weights = Weights()
    weights.appendConvolution("stem", inputs: channels, outputs: width, kernel: 3, using: &random)
    weights.appendConvolution("second", inputs: width, outputs: width, kernel: 3, using: &random)
    weights.appendLinear("logits", inputs: width, outputs: classes, using: &random)
    return weights
  }

  public func callAsFunction(
    _ images: Tensor, _ weights: Weights, _ pass: Pass, giving names: [String]
  ) -> (outputs: Outputs, statistics: [String: Tensor]) {
    var layers = Layers(weights, pass, examples: images.shape[0])
    var maps = MapOutputs(names, examples: images.shape[0])
    let x = layers.convolution(images.packedLanes(), "stem", stride: 2, rectified: true)
    maps.give("stem", x)
    let y = layers.convolution(x, "second", adding: x, rectified: true)
    maps.give("stage1", y)
    return (maps.outputs(pooling: y, layers), layers.statistics)
  }
}
