import Distillation
import Foundation
import Tensors
import Testing

@testable import Training

@Suite struct ImageOperationTests {
  let small = Image(pixels: [10, 20, 30, 40, 50, 60, 70, 80, 90], height: 3, width: 3)

  static func noise(height: Int, width: Int, seed: UInt64) -> Image {
    var random = Random(seed: seed, "noise")
    return Image(
      pixels: (0..<height * width).map { _ in UInt8(random.integer(below: 256)) },
      height: height, width: width)
  }

  func changed(_ image: Image, _ change: (inout Image) -> Void) -> [UInt8] {
    var image = image
    change(&image)
    return image.pixels
  }

  // MARK: - Levels

  @Test func brightness() {
    #expect(changed(small) { $0.brighten(by: 1.5) } == [15, 30, 45, 60, 75, 90, 105, 120, 135])
    #expect(changed(small) { $0.brighten(by: 0) } == [UInt8](repeating: 0, count: 9))
    #expect(changed(small) { $0.brighten(by: 3.4) } == [34, 68, 102, 136, 170, 204, 238, 255, 255])
  }

  @Test func contrast() {
    #expect(changed(small) { $0.contrast(by: 0.5) } == [30, 35, 40, 45, 50, 55, 60, 65, 70])
    #expect(changed(small) { $0.contrast(by: 2) } == [0, 0, 10, 30, 50, 70, 90, 110, 130])
    #expect(changed(small) { $0.contrast(by: 0) } == [UInt8](repeating: 50, count: 9))
  }

  @Test func posterize() {
    let image = Image(pixels: [0, 15, 16, 17, 200, 255], height: 2, width: 3)
    #expect(changed(image) { $0.posterize(bits: 4) } == [0, 0, 16, 16, 192, 240])
    #expect(changed(image) { $0.posterize(bits: 1) } == [0, 0, 0, 0, 128, 128])
    #expect(changed(image) { $0.posterize(bits: 8) } == image.pixels)
    #expect(changed(image) { $0.posterize(bits: 0) } == [0, 0, 0, 0, 0, 0])
  }

  @Test func solarize() {
    #expect(changed(small) { $0.solarize(from: 70) } == [10, 20, 30, 40, 50, 60, 185, 175, 165])
    #expect(changed(small) { $0.solarize(from: 0) } == small.pixels.map { 255 - $0 })
    let white = Image(pixels: [255, 254], height: 1, width: 2)
    #expect(changed(white) { $0.solarize(from: 256) } == [255, 254])
  }

  @Test func autocontrast() {
    #expect(changed(small) { $0.stretchContrast() } == [0, 32, 64, 96, 128, 159, 191, 223, 255])
    let flat = Image(pixels: [7, 7], height: 1, width: 2)
    #expect(changed(flat) { $0.stretchContrast() } == [7, 7])
  }

  /// Pillow's operation, in whole numbers like there, written from its description.
  @Test(arguments: [1, 2, 3]) func equalize(seed: UInt64) {
    var image = Self.noise(height: 40, width: 40, seed: seed)
    for i in image.pixels.indices { image.pixels[i] = image.pixels[i] / 3 + 40 }
    let lightest = image.pixels.max() ?? 0
    let step = image.pixels.count { $0 != lightest } / 255
    let expected = image.pixels.map { level in
      UInt8(min((step / 2 + image.pixels.count { $0 < level }) / step, 255))
    }
    let equalized = changed(image) { $0.equalize() }
    #expect(equalized == expected)
    #expect(equalized.min() == 0 && equalized.max().map { $0 > 250 } == true)
  }

  /// With less than one pixel for each of 255 steps, there is nothing to spread.
  @Test func equalizingLittleChangesNothing() {
    #expect(changed(small) { $0.equalize() } == small.pixels)
    let flat = Image(pixels: [UInt8](repeating: 9, count: 900), height: 30, width: 30)
    #expect(changed(flat) { $0.equalize() } == flat.pixels)
    #expect(changed(Image(pixels: [], height: 0, width: 3)) { $0.equalize() } == [])
  }

  @Test func sharpness() {
    // The smoothed middle of one white pixel is 255 · 5/13.
    var dot = Image(pixels: [0, 0, 0, 0, 255, 0, 0, 0, 0], height: 3, width: 3)
    #expect(changed(dot) { $0.sharpen(by: 0) } == [0, 0, 0, 0, 98, 0, 0, 0, 0])
    #expect(changed(dot) { $0.sharpen(by: 0.5) } == [0, 0, 0, 0, 177, 0, 0, 0, 0])
    // The border counts, and stays: (8 · 26 + 5 · 130) / 13 = 66.
    dot = Image(pixels: [26, 26, 26, 26, 130, 26, 26, 26, 26], height: 3, width: 3)
    #expect(changed(dot) { $0.sharpen(by: 0) } == [26, 26, 26, 26, 66, 26, 26, 26, 26])
    #expect(changed(dot) { $0.sharpen(by: 1.5) } == [26, 26, 26, 26, 162, 26, 26, 26, 26])
    let image = Self.noise(height: 5, width: 6, seed: 1)
    let smooth = changed(image) { $0.sharpen(by: 0) }
    for row in 1..<4 {
      for column in 1..<5 {
        var sum = 0.0
        for i in -1...1 {
          for j in -1...1 {
            sum += (i == 0 && j == 0 ? 5 : 1) * Double(image.pixels[(row + i) * 6 + column + j])
          }
        }
        #expect(abs(Double(smooth[row * 6 + column]) - sum / 13) <= 0.5)
      }
    }
  }

  // MARK: - Geometry

  @Test func quarterTurns() {
    #expect(changed(small) { $0.rotate(degrees: 90) } == [70, 40, 10, 80, 50, 20, 90, 60, 30])
    #expect(changed(small) { $0.rotate(degrees: -90) } == [30, 60, 90, 20, 50, 80, 10, 40, 70])
    #expect(changed(small) { $0.rotate(degrees: 180) } == small.pixels.reversed())
    let wide = Image(pixels: [1, 2, 3, 4], height: 1, width: 4)
    #expect(changed(wide) { $0.rotate(degrees: 180) } == [4, 3, 2, 1])
  }

  @Test func shears() {
    // The upper row moves left and the lower one right. Pixels that leave the image are lost.
    #expect(
      changed(small) { $0.shear(horizontally: 1) } == [20, 30, 0, 40, 50, 60, 0, 70, 80])
    #expect(
      changed(small) { $0.shear(horizontally: -0.5) } == [5, 15, 25, 40, 50, 60, 75, 85, 45])
    #expect(changed(small) { $0.shear(vertically: 1) } == [40, 20, 0, 70, 50, 30, 0, 80, 60])
  }

  /// The formula of interpolation, applied weight by weight to every pixel of the source.
  @Test(arguments: [7.0, -23.5, 30]) func rotationInterpolates(degrees: Double) {
    let image = Self.noise(height: 9, width: 12, seed: 3)
    let rotated = changed(image) { $0.rotate(degrees: degrees) }
    let angle = degrees * .pi / 180
    for row in 0..<9 {
      for column in 0..<12 {
        let (x, y) = (Double(column) - 5.5, Double(row) - 4)
        let sourceX = cos(angle) * x + sin(angle) * y + 5.5
        let sourceY = cos(angle) * y - sin(angle) * x + 4
        var level = 0.0
        for j in 0..<9 {
          for i in 0..<12 {
            let weight =
              max(0, 1 - abs(sourceX - Double(i))) * max(0, 1 - abs(sourceY - Double(j)))
            level += weight * Double(image.pixels[j * 12 + i])
          }
        }
        #expect(abs(Double(rotated[row * 12 + column]) - level) < 0.5 + 1e-9)
      }
    }
  }

  // MARK: - With a strength

  @Test(arguments: ImageOperation.all(channels: 1)) func strengthZeroChangesNothing(
    _ operation: ImageOperation
  ) {
    var image = Self.noise(height: 28, width: 28, seed: 2)
    (image.pixels[0], image.pixels[1]) = (0, 255)
    var same = image
    operation.apply(to: &same, strength: 0)
    #expect((same == image) == (operation != .equalize))
  }

  @Test func fullStrength() {
    let image = Self.noise(height: 20, width: 20, seed: 4)
    let changes: [(ImageOperation, Double, (inout Image) -> Void)] = [
      (.identity, 1, { _ in }),
      (.rotate, 1, { $0.rotate(degrees: 30) }), (.rotate, -0.5, { $0.rotate(degrees: -15) }),
      (.shearX, 1, { $0.shear(horizontally: 0.3) }),
      (.shearY, -1, { $0.shear(vertically: -0.3) }),
      (.translateX, 1, { $0.move(down: 0, right: 9) }),
      (.translateY, -1, { $0.move(down: -9, right: 0) }),
      (.brightness, 1, { $0.brighten(by: 1.9) }), (.brightness, -1, { $0.brighten(by: 1 - 0.9) }),
      (.contrast, 0.5, { $0.contrast(by: 1.45) }), (.sharpness, -0.5, { $0.sharpen(by: 0.55) }),
      (.posterize, 1, { $0.posterize(bits: 4) }), (.posterize, -0.3, { $0.posterize(bits: 7) }),
      (.solarize, 1, { $0.solarize(from: 0) }), (.solarize, -0.25, { $0.solarize(from: 192) }),
      (.autocontrast, 1, { $0.stretchContrast() }), (.equalize, 1, { $0.equalize() }),
    ]
    #expect(Set(changes.map { $0.0 }) == Set(ImageOperation.all(channels: 1)))
    for (operation, strength, change) in changes {
      let actual = changed(image) { operation.apply(to: &$0, strength: strength) }
      #expect(actual == changed(image, change), "\(operation) \(strength)")
      #expect((actual == image.pixels) == (operation == .identity))
    }
  }

  // MARK: - RandAugment

  @Test func everyOperationIsAsLikely() {
    var settings = RandAugment()
    (settings.operations, settings.strength) = (1, 0.6)
    let image = Self.noise(height: 20, width: 20, seed: 4)
    var expected: [Image: Double] = [:]
    for operation in ImageOperation.all(channels: 1) {
      for sign in [-1.0, 1] {
        var outcome = image
        operation.apply(to: &outcome, strength: 0.6 * sign)
        expected[outcome, default: 0] += 0.5 / 13
      }
    }
    let draws = 4000
    var counts: [Image: Int] = [:]
    for index in 0..<draws {
      var random = Random(seed: 1, "draws", index: index)
      var outcome = image
      settings.apply(to: &outcome, using: &random)
      counts[outcome, default: 0] += 1
    }
    #expect(Set(counts.keys) == Set(expected.keys))
    for (outcome, share) in expected {
      let deviation = (Double(draws) * share * (1 - share)).squareRoot()
      #expect(abs(Double(counts[outcome] ?? 0) - Double(draws) * share) < 5 * deviation)
    }
  }

  @Test func operationsFollowOneAnother() {
    var settings = RandAugment()
    settings.operations = 3
    var random = Random(seed: 6)
    var single = RandAugment()
    single.operations = 1
    var expected = Self.noise(height: 28, width: 28, seed: 1)
    var image = expected
    for _ in 0..<3 { single.apply(to: &expected, using: &random) }
    random = Random(seed: 6)
    settings.apply(to: &image, using: &random)
    #expect(image == expected)
    settings.operations = 0
    settings.apply(to: &image, using: &random)
    #expect(image == expected)
  }

  @Test func settingsHaveARange() throws {
    let settings = try RandAugment(settings: ["operations": .number(3), "strength": .number(1)])
    #expect(settings.operations == 3 && settings.strength == 1)
    #expect(throws: SettingError.self) { try RandAugment(settings: ["strength": .number(1.1)]) }
    #expect(throws: SettingError.self) { try RandAugment(settings: ["operations": .number(-1)]) }
  }
}
