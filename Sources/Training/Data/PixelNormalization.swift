import Tensors

/// The map from bytes to the numbers that networks see: (byte / 255 − mean) / standard deviation.
public struct PixelNormalization: Codable, Hashable, Sendable {
  /// The mean of all pixels, black being 0 and white 1.
  public let mean: Double

  /// Their standard deviation, in the same unit.
  public let standardDeviation: Double

  public init(mean: Double, standardDeviation: Double) {
    precondition(
      standardDeviation > 0, "[normalization] standard deviation \(standardDeviation)")
    self.mean = mean
    self.standardDeviation = standardDeviation
  }

  /// Mean 0 and standard deviation 1 over all pixels of a data set; where all pixels are equal, or
  /// there are none, the standard deviation is taken to be 1.
  public init(of data: ImageDataSet) {
    var counts = [Int](repeating: 0, count: 256)
    for byte in data.images { counts[Int(byte)] += 1 }
    // In whole numbers, so that the sums are exact.
    let (n, sum, squares) = counts.enumerated().reduce((0, 0, 0)) { sums, entry in
      let (byte, count) = entry
      return (sums.0 + count, sums.1 + byte * count, sums.2 + byte * byte * count)
    }
    let mean = n == 0 ? 0 : Double(sum) / Double(n)
    let variance = n == 0 ? 0 : Double(squares) / Double(n) - mean * mean
    let deviation = variance > 0 ? variance.squareRoot() / 255 : 1
    self.init(mean: mean / 255, standardDeviation: deviation)
  }

  /// The number for every byte.
  var table: [Tensor.Scalar] {
    (0..<256).map { Tensor.Scalar((Double($0) / 255 - mean) / standardDeviation) }
  }
}
