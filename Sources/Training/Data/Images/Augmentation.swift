public import Distillation
public import Tensors

/// A random change of an image that leaves its class as it is.
public protocol ImageTransform: Sendable {
  /// Changes an image; all chance comes from `random`.
  func apply(to image: inout GreyImage, using random: inout Random)
}

/// Exchanges left and right in one image of two.
public struct RandomFlip: ImageTransform {
  public init() {}

  public func apply(to image: inout GreyImage, using random: inout Random) {
    if Self.isDrawn(using: &random) { image.mirror() }
  }

  /// Whether an image is mirrored.
  static func isDrawn(using random: inout Random) -> Bool { random.chance(0.5) }
}

/// Pads an image with black on all sides and cuts one of the original size out of it, every
/// position being equally likely: K. He et al., Deep Residual Learning for Image Recognition,
/// CVPR 2016.
public struct RandomCrop: ImageTransform {
  /// The width of the margin, in pixels.
  public let padding: Int

  public init(padding: Int) {
    precondition(padding >= 0, "[crop] padding \(padding) is negative")
    self.padding = padding
  }

  public func apply(to image: inout GreyImage, using random: inout Random) {
    let top = random.integer(in: 0...2 * padding)
    let left = random.integer(in: 0...2 * padding)
    image.move(down: padding - top, right: padding - left)
  }
}

/// Moves an image by at most so many pixels along each axis; what comes in is black.
///
/// The distribution is that of ``RandomCrop`` with a margin of as many pixels.
public struct RandomShift: ImageTransform {
  /// The greatest distance, in pixels.
  public let pixels: Int

  public init(pixels: Int) {
    precondition(pixels >= 0, "[shift] \(pixels) pixels is negative")
    self.pixels = pixels
  }

  public func apply(to image: inout GreyImage, using random: inout Random) {
    let down = random.integer(in: -pixels...pixels)
    let right = random.integer(in: -pixels...pixels)
    image.move(down: down, right: right)
  }
}

/// How training images are changed at random, as a recipe says it; not at all by default.
public struct Augmentation: Configurable {
  /// Whether one image of two is mirrored.
  public var flip = false

  /// The margin of black that images are padded with before a crop of their size, in pixels.
  public var crop = 0

  /// The greatest distance that images are moved by, in pixels.
  public var shift = 0

  public init() {}

  /// The changes in the order in which they are made.
  public var transforms: [any ImageTransform] {
    var transforms: [any ImageTransform] = []
    if flip { transforms.append(RandomFlip()) }
    if crop > 0 { transforms.append(RandomCrop(padding: crop)) }
    if shift > 0 { transforms.append(RandomShift(pixels: shift)) }
    return transforms
  }
}
