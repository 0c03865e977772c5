extension Results.Metric {
  /// One number a seed, with the differences to the first row's numbers for the same seeds.
  init(_ values: [Double], first: [Double]?) {
    let summary = Summary(values)
    self.init(
      values: values, mean: summary.mean, standardDeviation: summary.standardDeviation,
      differenceToFirst: first.map { first in
        let difference = PairedDifference(of: values, from: first)
        return Results.Difference(mean: difference.mean, standardError: difference.standardError)
      })
  }
}
