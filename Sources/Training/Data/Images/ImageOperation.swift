/// An operation of ``RandAugment`` on an image.
package enum ImageOperation: String, CaseIterable, Sendable {
  case identity, autocontrast, equalize, rotate, solarize, posterize, contrast, brightness
  case sharpness, shearX, shearY, translateX, translateY, color

  /// The operations that images of so many channels allow: without three, there is no colour.
  package static func all(channels: Int) -> [ImageOperation] {
    channels == 3 ? allCases : allCases.filter { $0 != .color }
  }

  /// Applies the operation with a strength from −1 to 1. If it has two directions, the sign chooses
  /// one.
  ///
  /// Full strength means 30 degrees, a slope of 0.3, 45 % of the side, factors of 0.1 and 1.9, four
  /// bits of eight, and every level inverted. The ranges are torchvision's. At strength 0,
  /// only `autocontrast` and `equalize`, which have no strength, change an image.
  package func apply(to image: inout Image, strength: Double) {
    switch self {
    case .identity: break
    case .autocontrast: image.stretchContrast()
    case .equalize: image.equalize()
    case .rotate: image.rotate(degrees: 30 * strength)
    // With torchvision's threshold of 255 at strength 0, white would be inverted.
    case .solarize: image.solarize(from: 256 * (1 - abs(strength)))
    case .posterize: image.posterize(bits: 8 - Int((4 * abs(strength)).rounded()))
    case .contrast: image.contrast(by: 1 + 0.9 * strength)
    case .brightness: image.brighten(by: 1 + 0.9 * strength)
    case .color: image.saturate(by: 1 + 0.9 * strength)
    case .sharpness: image.sharpen(by: 1 + 0.9 * strength)
    case .shearX: image.shear(horizontally: 0.3 * strength)
    case .shearY: image.shear(vertically: 0.3 * strength)
    case .translateX: image.move(down: 0, right: Self.pixels(of: image.width, strength))
    case .translateY: image.move(down: Self.pixels(of: image.height, strength), right: 0)
    }
  }

  private static func pixels(of side: Int, _ strength: Double) -> Int {
    Int((150.0 / 331 * Double(side) * strength).rounded())
  }
}
