import Experiments

/// A metric of a row, compared with that of the first row.
struct Measurement {
  let row: Results.Row
  /// The metric; `nil` if no seed has a student.
  let metric: Results.Metric?
  /// The differences to the first row, one for each seed that both have. Empty for the first row
  /// itself.
  let differences: [Double]
  /// The mean difference and its error; `nil` if there are no differences.
  let difference: PairedDifference?

  /// The 95 % confidence interval of the mean difference; `nil` for one seed.
  var interval: ClosedRange<Double>? {
    difference?.interval().flatMap { $0.lower <= $0.upper ? $0.lower...$0.upper : nil }
  }

  /// The mean ± the standard deviation in percent, or the outcome if there are no students.
  var percent: String {
    guard let metric else { return row.outcome }
    let deviation = metric.standardDeviation.map { " ±\u{A0}" + NumberFormat.percentage($0) } ?? ""
    return NumberFormat.percentage(metric.mean) + deviation
  }
}

extension Results {
  /// All metrics that were measured. The first is the one that the run is about: that of its first
  /// comparison, or otherwise the accuracy.
  var metrics: [String] {
    let measured = ["accuracy"] + recipe.evaluation.names
    let first = recipe.comparisons.first?.metric
    return ((first.map { [$0] } ?? []) + measured.filter { $0 != first })
      .filter { !measurements(of: $0).isEmpty }
  }

  /// A metric of every row that has the metric or has no student.
  func measurements(of metric: String) -> [Measurement] {
    // If no row has a student, the measurements of the accuracy say so.
    let isMissing = metric == "accuracy" && rows.contains { $0.divergences != nil }
    guard isMissing || rows.contains(where: { $0.metrics[metric] != nil }) else { return [] }
    let first = rows.first?.metrics[metric]
    return rows.enumerated().compactMap { index, row in
      guard let found = row.metrics[metric] else {
        return row.divergences == nil
          ? nil : Measurement(row: row, metric: nil, differences: [], difference: nil)
      }
      let pairs = index > 0 ? first.map { paired(found, with: $0) } : nil
      let (values, others) = pairs ?? ([], [])
      return Measurement(
        row: row, metric: found, differences: zip(values, others).map { $0 - $1 },
        difference: values.isEmpty ? nil : PairedDifference(of: values, from: others))
    }
  }
}

extension Results.Teacher {
  /// A metric in percent, with the standard deviation if each seed has a teacher; `nil` if it was not measured.
  func percent(_ name: String) -> String? {
    metrics[name].map { mean in
      let deviation = values?[name].flatMap { Summary($0).standardDeviation }
      return NumberFormat.percentage(mean)
        + (deviation.map { " ±\u{A0}" + NumberFormat.percentage($0) } ?? "")
    }
  }
}
