import Tensors

/// The map from bytes to the numbers that networks see: (byte / 255 − mean) / standard deviation.
public struct PixelNormalization: Codable, Hashable, Sendable {
  /// The mean of all pixels, with black as 0 and white as 1.
  public let mean: Double

  /// The standard deviation of all pixels, in the same unit.
  public let standardDeviation: Double

  /// A normalisation with this mean and standard deviation.
  ///
  /// - Precondition: The standard deviation is greater than 0.
  public init(mean: Double, standardDeviation: Double) {
    require(
      standardDeviation > 0, "[normalization] standard deviation \(standardDeviation)")
    self.mean = mean
    self.standardDeviation = standardDeviation
  }

  /// The normalisation that gives the pixels of a data set mean 0 and standard deviation 1. If all
  /// pixels are equal, or there are none, the standard deviation is taken to be 1.
  public init(of data: ImageDataSet) {
    var counts = [Int](repeating: 0, count: 256)
    for byte in data.images { counts[Int(byte)] += 1 }
    // The sums are whole numbers, so they are exact.
    let (n, sum, squares) = counts.enumerated().reduce((0, 0, 0)) { sums, entry in
      let (byte, count) = entry
      return (sums.0 + count, sums.1 + byte * count, sums.2 + byte * byte * count)
    }
    let mean = n == 0 ? 0 : Double(sum) / Double(n)
    let variance = n == 0 ? 0 : Double(squares) / Double(n) - mean * mean
    let deviation = variance > 0 ? variance.squareRoot() / 255 : 1
    self.init(mean: mean / 255, standardDeviation: deviation)
  }

  /// The number for each byte.
  var table: [Tensor.Scalar] {
    (0..<256).map { Tensor.Scalar((Double($0) / 255 - mean) / standardDeviation) }
  }
}
