import Foundation

extension Image {
  /// Turns the content about the middle, clockwise for positive angles. Pixels from outside are
  /// black.
  ///
  /// Levels between pixels are interpolated in both directions (bilinear).
  package mutating func rotate(degrees: Double) {
    let (sine, cosine) = (sin(degrees * .pi / 180), cos(degrees * .pi / 180))
    // A pixel takes the level found at its place turned back, by −degrees.
    warp((cosine, sine), (-sine, cosine))
  }

  /// Moves every row to the right by `slope` times its distance below the middle. Pixels from
  /// outside are black.
  package mutating func shear(horizontally slope: Double) { warp((1, -slope), (0, 1)) }

  /// Moves every column down by `slope` times its distance to the right of the middle. Pixels from
  /// outside are black.
  package mutating func shear(vertically slope: Double) { warp((1, 0), (-slope, 1)) }

  /// Fills every pixel from another place of the image. A pixel `right` and `down` of the middle
  /// takes the level at (⟨x, (right, down)⟩, ⟨y, (right, down)⟩) from the middle, interpolated
  /// between pixels.
  private mutating func warp(_ x: (Double, Double), _ y: (Double, Double)) {
    let (middleX, middleY) = (Double(width - 1) / 2, Double(height - 1) / 2)
    let (source, planes) = (pixels, planes)
    func level(_ plane: Range<Int>, _ column: Int, _ row: Int) -> Double {
      column >= 0 && column < width && row >= 0 && row < height
        ? Double(source[plane.lowerBound + row * width + column]) : 0
    }
    for row in 0..<height {
      let down = Double(row) - middleY
      for column in 0..<width {
        let right = Double(column) - middleX
        let sourceX = x.0 * right + x.1 * down + middleX
        let sourceY = y.0 * right + y.1 * down + middleY
        let (left, top) = (sourceX.rounded(.down), sourceY.rounded(.down))
        let (shareX, shareY) = (sourceX - left, sourceY - top)
        let (i, j) = (Int(left), Int(top))
        for plane in planes {
          let above = level(plane, i, j) * (1 - shareX) + level(plane, i + 1, j) * shareX
          let below = level(plane, i, j + 1) * (1 - shareX) + level(plane, i + 1, j + 1) * shareX
          pixels[plane.lowerBound + row * width + column] = UInt8(
            level: above * (1 - shareY) + below * shareY)
        }
      }
    }
  }
}

extension UInt8 {
  /// The nearest grey level; numbers below 0 give 0, and numbers above 255 give 255.
  init(level: Double) { self = UInt8(Swift.min(Swift.max(level, 0), 255).rounded()) }
}
