/// The shape of an image: C channels of H×W pixels each.
public struct ImageShape: Hashable, Sendable {
  /// The number of channels C: 1 for grey, 3 for red, green and blue.
  public var channels: Int
  /// The number of rows H.
  public var height: Int
  /// The number of columns W.
  public var width: Int

  /// The shape of an image; without `channels`, that of a grey one.
  public init(channels: Int = 1, height: Int, width: Int) {
    (self.channels, self.height, self.width) = (channels, height, width)
  }

  /// The number of values in an image, C·H·W.
  public var count: Int { channels * height * width }

  /// The number of pixels in a channel, H·W.
  package var plane: Int { height * width }
}

extension ImageShape: CustomStringConvertible {
  /// `28×28` for a grey image, and `3×32×32` for one of three channels.
  public var description: String {
    (channels == 1 ? "" : "\(channels)×") + "\(height)×\(width)"
  }
}
