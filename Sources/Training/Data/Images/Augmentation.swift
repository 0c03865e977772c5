public import Distillation
package import Tensors

/// How training images are changed at random, as set in a recipe. By default they are not.
public struct Augmentation: Configurable {
  /// Whether each image is mirrored with probability 1/2.
  public var flip = false

  /// The margin in pixels: images are padded with this much black and then cropped to their size at
  /// a random place. The method is that of K. He et al., Deep Residual Learning for Image
  /// Recognition, CVPR 2016.
  public var crop = 0

  /// The greatest distance in pixels by which images are moved along each axis.
  public var shift = 0

  /// Creates an augmentation that changes nothing.
  public init() {}
  public static let standard = Self()

  /// Flips, crops and shifts an image, in this order. All random choices come from `random`.
  ///
  /// - Returns: Whether the image is mirrored.
  package func apply(to image: inout Image, using random: inout Random) -> Bool {
    let isMirrored = flip && random.chance(0.5)
    if isMirrored { image.mirror() }
    // Every position is equally likely. Pixels from outside the image are black.
    if crop > 0 {
      let top = random.integer(in: 0...2 * crop)
      let left = random.integer(in: 0...2 * crop)
      image.move(down: crop - top, right: crop - left)
    }
    if shift > 0 {
      let down = random.integer(in: -shift...shift)
      let right = random.integer(in: -shift...shift)
      image.move(down: down, right: right)
    }
    return isMirrored
  }
}
