public import Distillation
package import Tensors

/// How training images are changed at random, as a recipe says it; not at all by default.
public struct Augmentation: Configurable {
  /// Whether one image of two is mirrored.
  public var flip = false

  /// The margin of black that images are padded with before a crop of their size, in pixels: K. He
  /// et al., Deep Residual Learning for Image Recognition, CVPR 2016.
  public var crop = 0

  /// The greatest distance that images are moved by along each axis, in pixels.
  public var shift = 0

  public init() {}

  /// Changes an image: flip, crop, shift, in this order. All chance comes from `random`.
  ///
  /// - Returns: Whether the image is mirrored.
  package func apply(to image: inout GreyImage, using random: inout Random) -> Bool {
    let isMirrored = flip && random.chance(0.5)
    if isMirrored { image.mirror() }
    // Every position is equally likely. What comes in is black.
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
