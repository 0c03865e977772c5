extension Results.Metric {
  /// One number a seed, with the differences to the first row's numbers for the same seeds.
  init(_ values: [Double], first: [Double]?) {
    self.values = values
    let spread = Self.spread(values)
    (mean, standardDeviation) = (spread.mean, spread.deviation)
    guard let first, first.count == values.count else { return }
    let difference = Self.spread(zip(values, first).map { $0 - $1 })
    differenceToFirst = Results.Difference(
      mean: difference.mean,
      standardError: difference.deviation.map { $0 / Double(values.count).squareRoot() })
  }

  /// The mean, and the sample's standard deviation where there are two values or more.
  private static func spread(_ values: [Double]) -> (mean: Double, deviation: Double?) {
    let n = Double(values.count)
    let mean = values.reduce(0, +) / max(n, 1)
    guard n > 1 else { return (mean, nil) }
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (mean, (squares / (n - 1)).squareRoot())
  }
}
