import Tensors

/// One grey image while it is being prepared.
package struct GreyImage: Hashable, Sendable {
  /// H·W bytes in row-major order, from 0 (black) to 255 (white).
  package var pixels: [UInt8]
  /// The number of rows.
  package let height: Int
  /// The number of columns.
  package let width: Int

  /// An image of `height`×`width` pixels.
  package init(pixels: [UInt8], height: Int, width: Int) {
    require(
      pixels.count == height * width,
      "[image] \(pixels.count) pixels do not make \(height)×\(width)")
    self.pixels = pixels
    self.height = height
    self.width = width
  }

  /// Exchanges left and right.
  package mutating func mirror() {
    for row in 0..<height {
      var (left, right) = (row * width, (row + 1) * width - 1)
      while left < right {
        (pixels[left], pixels[right]) = (pixels[right], pixels[left])
        (left, right) = (left + 1, right - 1)
      }
    }
  }

  /// Moves the content down and to the right, or up and to the left if negative. Pixels from
  /// outside are black.
  package mutating func move(down: Int, right: Int) {
    guard (down, right) != (0, 0) else { return }
    var moved = [UInt8](repeating: 0, count: pixels.count)
    if abs(down) < height, abs(right) < width {
      let columns = max(0, right)..<min(width, width + right)
      for row in max(0, down)..<min(height, height + down) {
        let source = (row - down) * width - right
        for column in columns { moved[row * width + column] = pixels[source + column] }
      }
    }
    pixels = moved
  }
}

extension ImageDataSet {
  /// The image at an index.
  package func image(at index: Int) -> GreyImage {
    let size = height * width
    return GreyImage(
      pixels: Array(images[index * size..<(index + 1) * size]), height: height, width: width)
  }
}
