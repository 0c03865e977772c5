/// The order of the axes of an array of images.
package enum PixelLayout: String, Codable, CaseIterable, Hashable, Sendable {
  /// N×C×H×W: channel after channel.
  case nchw = "NCHW"
  /// N×H×W×C: the channels of a pixel beside each other.
  case nhwc = "NHWC"
}

extension UnsafeMutableBufferPointer<UInt8> {
  /// Brings one image from H×W×C into the order C×H×W.
  func separateChannels(of shape: ImageShape) {
    let channels = shape.channels
    guard channels > 1, let start = baseAddress else { return }
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: count) { pixels in
      _ = pixels.initialize(fromContentsOf: self)
      var place = 0
      for channel in 0..<channels {
        var source = channel
        for _ in 0..<shape.plane {
          start[place] = pixels[source]
          place += 1
          source += channels
        }
      }
    }
  }
}
