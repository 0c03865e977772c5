import Tensors

/// The mean of a sample and the spread of its values, for example of one accuracy for each seed.
package struct Summary: Equatable, Sendable {
  package let count: Int

  /// x̄ = Σxᵢ / n; not a number if the sample is empty.
  package let mean: Double

  /// √(Σ(xᵢ − x̄)² / (n − 1)), or `nil` for fewer than two values.
  package let standardDeviation: Double?

  package init(_ values: some Collection<Double>) {
    let n = Double(values.count)
    let mean = values.reduce(0, +) / n
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    self.count = values.count
    self.mean = mean
    self.standardDeviation = values.count < 2 ? nil : (squares / (n - 1)).squareRoot()
  }
}

/// The advantage of one method over another when both were run with the same seeds. It is the mean
/// of the differences for each seed, in which effects that the seeds have in common cancel.
package struct PairedDifference: Equatable, Sendable {
  package let count: Int

  /// The mean of dᵢ = xᵢ − yᵢ.
  package let mean: Double

  /// The standard deviation of d, divided by √n; `nil` for fewer than two pairs.
  package let standardError: Double?

  /// The difference `values` − `baseline`, element by element.
  ///
  /// - Precondition: There are as many values as in the baseline.
  package init(of values: [Double], from baseline: [Double]) {
    require(
      values.count == baseline.count,
      "[paired difference] \(values.count) values and \(baseline.count) in the baseline")
    let differences = Summary(zip(values, baseline).map { $0 - $1 })
    self.count = differences.count
    self.mean = differences.mean
    let n = Double(differences.count)
    self.standardError = differences.standardDeviation.map { $0 / n.squareRoot() }
  }

  /// The interval that contains the true mean difference with the given confidence, if the
  /// differences are normally distributed: d̄ ± t·SE with Student's t of n − 1 degrees of freedom.
  /// It is `nil` for fewer than two pairs.
  package func interval(confidence: Double = 0.95) -> (lower: Double, upper: Double)? {
    guard let standardError else { return nil }
    let t = StudentT(degreesOfFreedom: count - 1).quantile(0.5 + confidence / 2)
    return (mean - t * standardError, mean + t * standardError)
  }
}
