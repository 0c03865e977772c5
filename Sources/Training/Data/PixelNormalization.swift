import Tensors

/// The map from bytes to the numbers that networks see, for each channel: (byte / 255 − mean) /
/// standard deviation.
public struct PixelNormalization: Codable, Hashable, Sendable {
  /// The mean of all pixels of each channel, with black as 0 and white as 1.
  public let means: [Double]

  /// The standard deviation of all pixels of each channel, in the same unit.
  public let standardDeviations: [Double]

  /// A normalisation with a mean and a standard deviation for each channel.
  ///
  /// - Precondition: Every standard deviation is greater than 0.
  public init(means: [Double], standardDeviations: [Double]) {
    require(
      means.count == standardDeviations.count,
      "[normalization] \(means.count) means and \(standardDeviations.count) standard deviations")
    for deviation in standardDeviations {
      require(deviation > 0, "[normalization] standard deviation \(deviation)")
    }
    (self.means, self.standardDeviations) = (means, standardDeviations)
  }

  /// A normalisation of grey images.
  ///
  /// - Precondition: The standard deviation is greater than 0.
  public init(mean: Double, standardDeviation: Double) {
    self.init(means: [mean], standardDeviations: [standardDeviation])
  }

  /// The normalisation that gives the pixels of each channel of a data set mean 0 and standard
  /// deviation 1. If all pixels of a channel are equal, or there are none, its standard deviation is
  /// taken to be 1.
  ///
  /// Features are normalised alike: (feature − mean) / standard deviation.
  public init(of data: ImageDataSet) {
    guard !data.isOfFeatures else {
      self.init(ofFeatures: data)
      return
    }
    let (channels, plane) = (data.shape.channels, data.shape.plane)
    // counts[256 · channel + byte]
    var counts = [Int](repeating: 0, count: 256 * channels)
    data.forEachPart { bytes in
      counts.withUnsafeMutableBufferPointer { counts in
        bytes.withUnsafeBufferPointer { bytes in
          var place = 0
          while place < bytes.count {
            let channel = place / plane % channels
            for pixel in place..<place + plane { counts[256 * channel + Int(bytes[pixel])] += 1 }
            place += plane
          }
        }
      }
    }
    let values = (0..<channels).map { Self.statistics(Array(counts[256 * $0..<256 * ($0 + 1)])) }
    self.init(means: values.map { $0.mean }, standardDeviations: values.map { $0.deviation })
  }

  private init(ofFeatures data: ImageDataSet) {
    let (n, width) = (Double(max(data.count, 1)), data.shape.count)
    func means(_ value: (Double, Int) -> Double) -> [Double] {
      var sums = [Double](repeating: 0, count: width)
      data.forEachPartOfFeatures { features in
        for (place, feature) in features.enumerated() {
          sums[place % width] += value(Double(feature), place % width)
        }
      }
      return sums.map { $0 / n }
    }
    let average = means { value, _ in value }
    let variances = means { ($0 - average[$1]) * ($0 - average[$1]) }
    // Equal numbers may differ from their mean by its rounding.
    let deviations = zip(variances, average).map { variance, mean in
      variance > 1e-20 * mean * mean ? variance.squareRoot() : 1
    }
    self.init(means: average, standardDeviations: deviations)
  }

  /// The mean and the factor 1 / standard deviation of each feature.
  var scales: [(mean: Float, factor: Float)] {
    zip(means, standardDeviations).map { (Float($0), Float(1 / $1)) }
  }

  /// The mean and the standard deviation of bytes of which there are so many each.
  private static func statistics(_ counts: [Int]) -> (mean: Double, deviation: Double) {
    // The sums are whole numbers, so they are exact.
    let (n, sum, squares) = counts.enumerated().reduce((0, 0, 0)) { sums, entry in
      let (byte, count) = entry
      return (sums.0 + count, sums.1 + byte * count, sums.2 + byte * byte * count)
    }
    let mean = n == 0 ? 0 : Double(sum) / Double(n)
    let variance = n == 0 ? 0 : Double(squares) / Double(n) - mean * mean
    return (mean / 255, variance > 0 ? variance.squareRoot() / 255 : 1)
  }

  /// The number for each byte, for each channel.
  var tables: [[Tensor.Scalar]] {
    zip(means, standardDeviations).map { mean, deviation in
      (0..<256).map { Tensor.Scalar((Double($0) / 255 - mean) / deviation) }
    }
  }

  /// The mean and the standard deviation of each channel.
  var text: String {
    zip(means, standardDeviations).map { "\($0) \($1)" }.joined(separator: " ")
  }
}
