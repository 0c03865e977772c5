/// One grey image while it is being prepared.
public struct GreyImage: Hashable, Sendable {
  /// H·W bytes, row-major, 0 black and 255 white.
  public var pixels: [UInt8]
  /// The number of rows.
  public let height: Int
  /// The number of columns.
  public let width: Int

  /// An image of `height`×`width` pixels.
  public init(pixels: [UInt8], height: Int, width: Int) {
    precondition(
      pixels.count == height * width,
      "[image] \(pixels.count) pixels do not make \(height)×\(width)")
    self.pixels = pixels
    self.height = height
    self.width = width
  }

  /// Exchanges left and right.
  public mutating func mirror() {
    for row in 0..<height { pixels[row * width..<(row + 1) * width].reverse() }
  }

  /// Moves the content, up and to the left where negative; what comes in is black.
  public mutating func move(down: Int, right: Int) {
    guard (down, right) != (0, 0) else { return }
    var moved = [UInt8](repeating: 0, count: pixels.count)
    let columns = max(0, right)..<max(0, right, min(width, width + right))
    if !columns.isEmpty {
      for row in max(0, down)..<max(0, down, min(height, height + down)) {
        let source = (row - down) * width - right
        moved.replaceSubrange(
          row * width + columns.lowerBound..<row * width + columns.upperBound,
          with: pixels[source + columns.lowerBound..<source + columns.upperBound])
      }
    }
    pixels = moved
  }
}

extension ImageDataSet {
  /// The image at an index.
  public func image(at index: Int) -> GreyImage {
    let size = height * width
    return GreyImage(
      pixels: Array(images[index * size..<(index + 1) * size]), height: height, width: width)
  }
}
