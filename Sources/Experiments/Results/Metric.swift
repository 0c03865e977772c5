extension Results.Metric {
  /// A metric with one number for each seed. `seeds` names them if some of the recipe's are
  /// missing.
  package init(_ values: [Double], seeds: [UInt64]? = nil) {
    let summary = Summary(values)
    self.init(
      values: values, seeds: seeds, mean: summary.mean,
      standardDeviation: summary.standardDeviation)
  }
}

extension Results {
  /// The numbers of two rows for the seeds that both have, in the order of the recipe's seeds.
  package func paired(
    _ metric: Metric, with other: Metric
  ) -> (values: [Double], others: [Double]) {
    guard metric.seeds != nil || other.seeds != nil else {
      return metric.values.count == other.values.count ? (metric.values, other.values) : ([], [])
    }
    func bySeed(_ metric: Metric) -> [UInt64: Double] {
      Dictionary(zip(metric.seeds ?? recipe.seeds, metric.values)) { first, _ in first }
    }
    let (own, others) = (bySeed(metric), bySeed(other))
    let pairs = recipe.seeds.compactMap { seed in
      own[seed].flatMap { value in others[seed].map { (value, $0) } }
    }
    return (pairs.map { $0.0 }, pairs.map { $0.1 })
  }

  /// The paired difference of a metric; `nil` if no seed has it in both rows.
  package func difference(of row: Row?, to other: Row?, in name: String) -> PairedDifference? {
    guard let metric = row?.metrics[name], let baseline = other?.metrics[name] else { return nil }
    let (values, others) = paired(metric, with: baseline)
    return values.isEmpty ? nil : PairedDifference(of: values, from: others)
  }
}
