import Testing

@testable import Training

@Suite struct PixelNormalizationTests {
  private func data(_ images: [UInt8]) -> ImageDataSet {
    ImageDataSet(
      name: "pixels", images: images, labels: images.map { _ in 0 },
      shape: ImageShape(height: 1, width: 1),
      classes: ["only"])
  }

  @Test func meanAndDeviationOfAllPixels() {
    // The mean is 102, and the variance is (102² + 51² + 153²) / 3 = 12138.
    let normalization = PixelNormalization(of: data([0, 51, 255]))
    #expect(abs(normalization.means[0] - 0.4) < 1e-15)
    #expect(abs(normalization.standardDeviations[0] - 12138.0.squareRoot() / 255) < 1e-15)
    let table = normalization.tables[0]
    #expect(table.count == 256)
    #expect(abs(table[0] + table[51] + table[255]) < 1e-6)
    #expect(abs((table[0] * table[0] + table[51] * table[51] + table[255] * table[255]) - 3) < 1e-5)
  }

  /// The sums over a large set are exact; sums in Float32 would be off in the second digit.
  @Test func glyphsHaveMeanZeroAndDeviationOne() {
    let data = Glyphs.make(count: 200, seed: 1)
    let table = PixelNormalization(of: data).tables[0]
    let numbers = data.images.map { Double(table[Int($0)]) }
    let mean = numbers.reduce(0, +) / Double(numbers.count)
    let variance = numbers.reduce(0) { $0 + $1 * $1 } / Double(numbers.count) - mean * mean
    #expect(abs(mean) < 1e-6)
    #expect(abs(variance - 1) < 1e-6)
  }

  @Test(arguments: [[], [7, 7, 7]] as [[UInt8]]) func constantImagesDivideByOne(pixels: [UInt8]) {
    let normalization = PixelNormalization(of: data(pixels))
    #expect(normalization.standardDeviations[0] == 1)
    #expect(normalization.tables[0].allSatisfy { $0.isFinite })
  }
}
