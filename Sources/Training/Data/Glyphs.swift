import Tensors

/// A data set of drawn characters that needs no file: 28×28 grey images in 16 classes.
///
/// The classes belong to four superclasses (letters, polygons, rings, stars). The classes of one
/// superclass differ in a detail: the arms of a letter, the corners of a polygon, the gaps of a
/// ring, the rays of a star. Every image has its own place, size, slant, turn, bend, stroke width,
/// contrast and noise. Some also have a stroke without meaning or a patch that hides a part.
public enum Glyphs {
  /// The number of rows and of columns in an image.
  static let side = 28

  /// The classes of each superclass.
  private static let families: [[(name: String, shape: GlyphShape)]] = [
    [
      ("E", .letter(arms: [-1, 0, 1])), ("F", .letter(arms: [-1, 0])),
      ("bracket", .letter(arms: [-1, 1])), ("gamma", .letter(arms: [-1])),
    ],
    [
      ("triangle", .polygon(corners: 3)), ("square", .polygon(corners: 4)),
      ("pentagon", .polygon(corners: 5)), ("hexagon", .polygon(corners: 6)),
    ],
    [
      ("ring", .ring(gaps: 0)), ("ring, 1 gap", .ring(gaps: 1)),
      ("ring, 2 gaps", .ring(gaps: 2)), ("ring, 3 gaps", .ring(gaps: 3)),
    ],
    [
      ("star, 3 rays", .star(rays: 3)), ("star, 4 rays", .star(rays: 4)),
      ("star, 5 rays", .star(rays: 5)), ("star, 6 rays", .star(rays: 6)),
    ],
  ]

  private static let classes = families.flatMap { $0 }

  /// Makes `count` images, of each class in turn, so that all classes have equal shares.
  ///
  /// An image depends only on the seed, the split (for example `train` or `test`) and its index. A
  /// smaller set is therefore the start of a larger one, and sets of different seeds or splits have
  /// no image in common.
  public static func make(count: Int, seed: UInt64, split: String = "train") -> ImageDataSet {
    require(count >= 0, "[glyphs] \(count) images")
    let pixels = side * side
    let images = [UInt8](unsafeUninitializedCapacity: count * pixels) { buffer, initialized in
      Parallel.forEachRange(of: count, length: 64) { part in
        for index in part {
          var random = Random(seed: seed, "glyphs", split, index: index)
          let image = draw(classes[index % classes.count].shape, using: &random)
          _ = buffer[index * pixels..<(index + 1) * pixels].initialize(fromContentsOf: image)
        }
      }
      initialized = count * pixels
    }
    return ImageDataSet(
      name: "glyphs", images: images, labels: (0..<count).map { $0 % classes.count },
      shape: ImageShape(height: side, width: side), classes: classes.map { $0.name })
  }
}
