import Distillation
import Tensors
import Testing
import Training

@Suite struct AugmentationTests {
  let image = Image(pixels: [1, 2, 3, 4, 5, 6], height: 2, width: 3)

  @Test func mirrors() {
    var mirrored = image
    mirrored.mirror()
    #expect(mirrored.pixels == [3, 2, 1, 6, 5, 4])
  }

  @Test(
    arguments: [
      (0, 0, [1, 2, 3, 4, 5, 6]), (0, 1, [0, 1, 2, 0, 4, 5]), (0, -1, [2, 3, 0, 5, 6, 0]),
      (1, 0, [0, 0, 0, 1, 2, 3]), (-1, 0, [4, 5, 6, 0, 0, 0]), (1, -2, [0, 0, 0, 3, 0, 0]),
      (-1, 2, [0, 0, 4, 0, 0, 0]), (0, 3, [0, 0, 0, 0, 0, 0]), (-2, 0, [0, 0, 0, 0, 0, 0]),
      (9, -9, [0, 0, 0, 0, 0, 0]),
    ] as [(Int, Int, [UInt8])])
  func moves(down: Int, right: Int, expected: [UInt8]) {
    var moved = image
    moved.move(down: down, right: right)
    #expect(moved.pixels == expected)
  }

  /// Every outcome of an augmentation, with its frequency.
  private func outcomes(
    _ settings: [String: Setting], of image: Image, draws: Int
  ) throws -> [Image: Int] {
    let augmentation = try Augmentation(settings: settings)
    var counts: [Image: Int] = [:]
    for index in 0..<draws {
      var random = Random(seed: 8, "outcomes", index: index)
      var copy = image
      let isMirrored = augmentation.apply(to: &copy, using: &random)
      if augmentation.flip { #expect(isMirrored == (copy != image)) }
      counts[copy, default: 0] += 1
    }
    return counts
  }

  @Test func flipsHalf() throws {
    let counts = try outcomes(["flip": .boolean(true)], of: image, draws: 1000)
    #expect(counts.count == 2)
    #expect(abs((counts[image] ?? 0) - 500) < 80)
  }

  @Test(arguments: [1, 2]) func cropsAndShiftsGoEverywhere(distance: Int) throws {
    // A 7×7 image with one white pixel in the middle, whose place afterwards tells how the image
    // moved.
    var pixels = [UInt8](repeating: 0, count: 49)
    pixels[24] = 255
    let dot = Image(pixels: pixels, height: 7, width: 7)
    let ways = (2 * distance + 1) * (2 * distance + 1)
    for name in ["crop", "shift"] {
      let counts = try outcomes([name: .number(Double(distance))], of: dot, draws: ways * 200)
      #expect(counts.count == ways)
      #expect(counts.values.allSatisfy { abs($0 - 200) < 75 }, "\(counts.values)")
      for outcome in counts.keys {
        let place = outcome.pixels.firstIndex(of: 255).map { ($0 / 7 - 3, $0 % 7 - 3) }
        #expect(place.map { max(abs($0.0), abs($0.1)) <= distance } == true)
      }
    }
  }

  @Test func readsItsSettings() throws {
    let augmentation = try Augmentation(settings: ["flip": .boolean(true), "crop": .number(2)])
    #expect((augmentation.flip, augmentation.crop, augmentation.shift) == (true, 2, 0))
    var (unchanged, random) = (image, Random(seed: 1))
    #expect(!Augmentation().apply(to: &unchanged, using: &random))
    #expect(unchanged == image)
    #expect(throws: SettingError.self) { try Augmentation(settings: ["flop": .boolean(true)]) }
  }
}
