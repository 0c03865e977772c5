public import Distillation
package import Tensors

/// Changes an image by some random operations, all with one strength. In a recipe, it makes the
/// second view of a batch.
///
/// The operations are those of the paper that an image allows: of three channels all, and of others
/// all but the one that changes the strength of colours. They are drawn with replacement and are
/// equally likely. If an operation has two directions, both are equally likely.
///
/// E. D. Cubuk et al., RandAugment: Practical Automated Data Augmentation with a Reduced Search
/// Space, NeurIPS 2020. The defaults are torchvision's: two operations of strength 9 of 30.
public struct RandAugment: Configurable {
  /// The number of operations applied to an image.
  public var operations = 2

  /// The strength of the operations, from 0 to 1.
  public var strength = 0.3

  /// Creates settings with their default values.
  public init() {}
  public static let standard = Self()

  /// The ranges that the parameters are checked against.
  public static var ranges: [String: ClosedRange<Double>] {
    ["operations": 0...16, "strength": 0...1]
  }

  /// Changes an image. All random choices come from `random`.
  package func apply(to image: inout Image, using random: inout Random) {
    let possible = ImageOperation.all(channels: image.shape.channels)
    for _ in 0..<operations {
      let operation = possible[random.integer(below: possible.count)]
      operation.apply(to: &image, strength: random.chance(0.5) ? strength : -strength)
    }
  }
}
