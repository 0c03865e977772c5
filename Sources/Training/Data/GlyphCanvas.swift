/// Floating-point pixels that anti-aliased strokes are drawn on.
struct GlyphCanvas {
  let side: Int
  private(set) var pixels: [Float]

  init(side: Int, level: Float) {
    self.side = side
    self.pixels = Array(repeating: level, count: side * side)
  }

  /// The pixel coordinates between two numbers, widened by `margin`.
  private func span(_ a: Float, _ b: Float, margin: Float) -> Range<Int> {
    let first = max(0, Int((min(a, b) - margin).rounded(.up)))
    let last = min(side - 1, Int((max(a, b) + margin).rounded(.down)))
    return first..<max(first, last + 1)
  }

  /// Draws a straight stroke with round ends between two points in units of pixels, with pixel
  /// centres at whole numbers. If it covers a pixel only in part, it mixes with the level already
  /// there.
  mutating func stroke(
    from start: GlyphPoint, to end: GlyphPoint, width: Float, level: Float
  ) {
    let (dx, dy) = (end.x - start.x, end.y - start.y)
    let reciprocal = 1 / max(dx * dx + dy * dy, 1e-6)
    let reach = width / 2 + 0.5
    for row in span(start.y, end.y, margin: reach) {
      let py = Float(row) - start.y
      for column in span(start.x, end.x, margin: reach) {
        let px = Float(column) - start.x
        let along = min(max((px * dx + py * dy) * reciprocal, 0), 1)
        let (qx, qy) = (px - along * dx, py - along * dy)
        let squared = qx * qx + qy * qy
        guard squared < reach * reach else { continue }
        let coverage = min(reach - squared.squareRoot(), 1)
        let index = row * side + column
        pixels[index] += coverage * (level - pixels[index])
      }
    }
  }

  /// Fills a rectangle, clipped to the canvas.
  mutating func fill(rows: Range<Int>, columns: Range<Int>, level: Float) {
    for row in rows.clamped(to: 0..<side) {
      for column in columns.clamped(to: 0..<side) { pixels[row * side + column] = level }
    }
  }
}
