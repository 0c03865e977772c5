import Tensors

extension Glyphs {
  /// One image of a shape, as side × side bytes.
  ///
  /// The numbers below decide how hard the data set is. They were chosen so that a small student
  /// falls well short of its teacher.
  static func draw(_ shape: GlyphShape, using random: inout Random) -> [UInt8] {
    let ground = random.uniform(in: 0..<60)
    let ink = min(255, ground + random.uniform(in: 90..<195))
    var canvas = GlyphCanvas(side: side, level: ground)

    if random.chance(0.5) {
      canvas.stroke(
        from: GlyphPoint(random.uniform(in: -4..<32), random.uniform(in: -4..<32)),
        to: GlyphPoint(random.uniform(in: -4..<32), random.uniform(in: -4..<32)),
        width: random.uniform(in: 0.6..<1.6),
        level: ground + random.uniform(in: 0.3..<0.8) * (ink - ground))
    }

    let place = GlyphPlacement(using: &random)
    let width = random.uniform(in: 1.2..<2.6)
    for stroke in shape.strokes {
      canvas.stroke(from: place(stroke.from), to: place(stroke.to), width: width, level: ink)
    }

    if random.chance(0.4) {
      let (row, column) = (random.integer(in: 2...22), random.integer(in: 2...22))
      canvas.fill(
        rows: row..<row + random.integer(in: 3...7),
        columns: column..<column + random.integer(in: 3...7), level: random.uniform(in: 0..<160))
    }

    let noise = random.uniform(in: 4..<18)
    return canvas.pixels.map { level in
      UInt8(min(max(level + noise * approximatelyNormal(using: &random), 0), 255).rounded())
    }
  }

  /// The sum of four uniform numbers of 16 bits, scaled to mean 0 and variance 1. It is close
  /// enough to a normal number for noise, costs one draw, and is equal on all platforms.
  private static func approximatelyNormal(using random: inout Random) -> Float {
    let bits = random.next()
    let sum = (bits & 0xffff) + (bits >> 16 & 0xffff) + (bits >> 32 & 0xffff) + (bits >> 48)
    return (Float(sum) * 0x1p-16 - 2) * 1.7320508
  }
}

/// The placement of a glyph in its image: a random affine map and a slight bend.
private struct GlyphPlacement {
  private let xx, xy, yx, yy, bendX, bendY, left, top: Float

  init(using random: inout Random) {
    let turn = GlyphPoint(turns: Double(random.uniform(in: -0.08..<0.08)))
    let (sine, cosine) = (turn.x, -turn.y)
    let slant = random.uniform(in: -0.25..<0.25)
    let (width, height) = (random.uniform(in: 8..<11), random.uniform(in: 8..<11))
    // The order is slant, then size, then turn.
    xx = cosine * width
    xy = cosine * width * slant - sine * height
    yx = sine * width
    yy = sine * width * slant + cosine * height
    bendX = random.uniform(in: -1.5..<1.5)
    bendY = random.uniform(in: -1.5..<1.5)
    left = 13.5 + random.uniform(in: -2.5..<2.5)
    top = 13.5 + random.uniform(in: -2.5..<2.5)
  }

  func callAsFunction(_ point: GlyphPoint) -> GlyphPoint {
    GlyphPoint(
      left + xx * point.x + xy * point.y + bendX * point.y * point.y,
      top + yx * point.x + yy * point.y + bendY * point.x * point.x)
  }
}
