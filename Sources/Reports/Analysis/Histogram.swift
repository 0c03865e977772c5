/// The shares of values in bins of equal width. Values outside the range count in the bins at its
/// ends.
struct Histogram {
  let range: ClosedRange<Double>
  private(set) var counts: [Int]
  private(set) var total = 0

  init(_ range: ClosedRange<Double>, bins: Int) {
    (self.range, counts) = (range, [Int](repeating: 0, count: bins))
  }

  mutating func add(_ value: Double) {
    guard value.isFinite else { return }
    let place = (value - range.lowerBound) / (range.upperBound - range.lowerBound)
    counts[Int(max(0, min(Double(counts.count - 1), place * Double(counts.count))))] += 1
    total += 1
  }

  /// The middle of every bin, and the bin's share of all values.
  var shares: [(middle: Double, share: Double)] {
    let width = (range.upperBound - range.lowerBound) / Double(counts.count)
    return counts.enumerated().map { index, count in
      (range.lowerBound + (Double(index) + 0.5) * width, Double(count) / Double(max(total, 1)))
    }
  }
}
