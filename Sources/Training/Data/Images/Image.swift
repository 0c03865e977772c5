import Tensors

/// One image while it is being prepared.
package struct Image: Hashable, Sendable {
  /// C·H·W bytes, channel after channel and row after row, from 0 (black) to 255 (white).
  package var pixels: [UInt8]
  /// The shape of the image.
  package let shape: ImageShape

  var height: Int { shape.height }
  var width: Int { shape.width }

  /// An image of this shape.
  package init(pixels: [UInt8], shape: ImageShape) {
    require(
      pixels.count == shape.count, "[image] \(pixels.count) pixels do not make \(shape)")
    self.pixels = pixels
    self.shape = shape
  }

  /// A grey image of `height`×`width` pixels.
  package init(pixels: [UInt8], height: Int, width: Int) {
    self.init(pixels: pixels, shape: ImageShape(height: height, width: width))
  }

  /// The places of the pixels of each channel.
  var planes: [Range<Int>] {
    (0..<shape.channels).map { $0 * shape.plane..<($0 + 1) * shape.plane }
  }

  /// Exchanges left and right.
  package mutating func mirror() {
    for row in 0..<shape.channels * height {
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
      for plane in planes {
        for row in max(0, down)..<min(height, height + down) {
          let target = plane.lowerBound + row * width
          let source = target - down * width - right
          for column in columns { moved[target + column] = pixels[source + column] }
        }
      }
    }
    pixels = moved
  }
}
