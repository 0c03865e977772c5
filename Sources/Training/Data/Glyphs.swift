import Tensors

/// Drawn characters: a data set that needs no file, of 28×28 grey images in 16 classes.
///
/// The classes belong to four superclasses (letters, polygons, rings, stars), and the classes of
/// one superclass differ in a detail: the arms of a letter, the corners of a polygon, the gaps of
/// a ring, the rays of a star. Every image has its own place, size, slant, turn, bend, stroke
/// width, contrast and noise, strokes that mean nothing, and often a patch that hides a part.
public enum Glyphs {
  /// The number of rows and of columns of an image.
  static let side = 28

  private static let superclasses: [(name: String, classes: [(name: String, shape: GlyphShape)])] =
    [
      (
        "letter",
        [
          ("E", .letter(arms: [-1, 0, 1])), ("F", .letter(arms: [-1, 0])),
          ("bracket", .letter(arms: [-1, 1])), ("gamma", .letter(arms: [-1])),
        ]
      ),
      ("polygon", (3...6).map { ("polygon \($0)", .polygon(corners: $0)) }),
      ("ring", (0...3).map { ("ring \($0)", .ring(gaps: $0)) }),
      ("star", (3...6).map { ("star \($0)", .star(rays: $0)) }),
    ]

  private static let classes = superclasses.flatMap(\.classes)

  /// `count` images of which every class has its equal share, the class of image i being i mod 16.
  ///
  /// An image depends on the seed, the split and its index alone. So the first images of a larger
  /// set are the smaller set, and different splits share no image whatever the seed.
  ///
  /// - Parameter split: Which of the sets of this seed, for example `train` or `test`.
  public static func make(count: Int, seed: UInt64, split: String = "train") -> ImageDataSet {
    let pixels = side * side
    let images = [UInt8](unsafeUninitializedCapacity: count * pixels) { buffer, initialized in
      let start = buffer.baseAddress
      Parallel.forEachRange(of: count, length: 64) { range in
        guard let start else { return }
        for index in range {
          var random = Random(seed: seed, "glyphs", split, index: index)
          let shape = classes[index % classes.count].shape
          let image = draw(shape, using: &random)
          (start + index * pixels).initialize(from: image, count: pixels)
        }
      }
      initialized = count * pixels
    }
    return ImageDataSet(
      name: "glyphs", images: images,
      labels: (0..<count).map { UInt8($0 % classes.count) },
      height: side, width: side, classes: classes.map(\.name),
      superclasses: superclasses.indices.flatMap { index in
        superclasses[index].classes.map { _ in index }
      })
  }
}

extension Glyphs {
  /// One image of a shape.
  private static func draw(_ shape: GlyphShape, using random: inout Random) -> [UInt8] {
    let ground = random.uniform(in: 0..<60)
    let ink = min(255, ground + random.uniform(in: 90..<195))
    var canvas = GlyphCanvas(side: side, level: ground)

    for _ in 0..<random.integer(in: 0...1) {
      let from = GlyphPoint(random.uniform(in: -4..<32), random.uniform(in: -4..<32))
      let to = GlyphPoint(random.uniform(in: -4..<32), random.uniform(in: -4..<32))
      canvas.stroke(
        from: from, to: to, width: random.uniform(in: 0.6..<1.6),
        level: ground + random.uniform(in: 0.3..<0.8) * (ink - ground))
    }

    let place = GlyphPlacement(using: &random)
    let width = random.uniform(in: 1.2..<2.6)
    for stroke in shape.strokes {
      canvas.stroke(from: place(stroke.from), to: place(stroke.to), width: width, level: ink)
    }

    if random.chance(0.4) {
      let (rows, columns) = (random.integer(in: 3...7), random.integer(in: 3...7))
      let (row, column) = (random.integer(in: 2...22), random.integer(in: 2...22))
      canvas.fill(
        rows: row..<row + rows, columns: column..<column + columns,
        level: random.uniform(in: 0..<160))
    }

    let noise = random.uniform(in: 4..<18)
    return canvas.pixels.map { level in
      UInt8(min(max(level + noise * approximatelyNormal(using: &random), 0), 255).rounded())
    }
  }

  /// The sum of four uniform numbers of 16 bits, scaled to mean 0 and variance 1: enough for
  /// noise, at the price of one draw, and equal on all platforms.
  private static func approximatelyNormal(using random: inout Random) -> Float {
    let bits = random.next()
    let sum = (bits & 0xffff) + (bits >> 16 & 0xffff) + (bits >> 32 & 0xffff) + (bits >> 48)
    return (Float(sum) * 0x1p-16 - 2) * 1.7320508
  }
}

/// Where a glyph is in its image: a random affine map, and a slight bend.
private struct GlyphPlacement {
  private let xx, xy, yx, yy, bendX, bendY, left, top: Float

  init(using random: inout Random) {
    let turn = GlyphPoint(turns: Double(random.uniform(in: -0.08..<0.08)))
    let (sine, cosine) = (turn.x, -turn.y)
    let slant = random.uniform(in: -0.25..<0.25)
    let (width, height) = (random.uniform(in: 8..<11), random.uniform(in: 8..<11))
    // Slant, then size, then turn.
    xx = cosine * width
    xy = cosine * width * slant - sine * height
    yx = sine * width
    yy = sine * width * slant + cosine * height
    bendX = random.uniform(in: -1.2..<1.2)
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
