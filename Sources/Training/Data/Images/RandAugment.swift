public import Distillation
package import Tensors

/// Changes an image by some random operations, all with one strength; in a recipe, how a batch's
/// second view comes about.
///
/// The operations are drawn with replacement, each of ``ImageOperation`` equally likely, and where
/// there are two directions either is as likely.
///
/// E. D. Cubuk et al., RandAugment: Practical Automated Data Augmentation with a Reduced Search
/// Space, NeurIPS 2020. The defaults are torchvision's: two operations of strength 9 of 30.
public struct RandAugment: Configurable {
  /// How many operations an image goes through.
  public var operations = 2

  /// Their strength, from 0 to 1.
  public var strength = 0.3

  public init() {}

  public static var ranges: [String: ClosedRange<Double>] {
    ["operations": 0...16, "strength": 0...1]
  }

  /// Changes an image; all chance comes from `random`.
  package func apply(to image: inout GreyImage, using random: inout Random) {
    for _ in 0..<operations {
      let operation = ImageOperation.allCases[
        random.integer(below: ImageOperation.allCases.count)]
      operation.apply(to: &image, strength: random.chance(0.5) ? strength : -strength)
    }
  }
}
