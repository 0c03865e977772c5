import Tensors

/// The weights that may be tried for a row: those of the recipe, and those beyond each end, of which each is tried
/// only if the one before is the best.
struct WeightGrid: Equatable, Sendable {
  /// The weights of the recipe.
  let given: [Double]
  /// The weights below the smallest one and above the largest one, each as far from the one before as the last two
  /// of the recipe there are from each other, so that they stand evenly on a logarithmic scale.
  let below, above: [Double]

  init(_ weights: [Double], extend: Int) {
    given = weights
    let sorted = weights.sorted()
    let count = sorted.count > 1 ? extend : 0
    func beyond(_ end: Double?, _ next: Double?) -> [Double] {
      guard let end, let next, count > 0 else { return [] }
      return (1...count).map { step in
        Self.rounded((0..<step).reduce(end) { weight, _ in weight * end / next })
      }.filter { $0 > 0 && $0.isFinite }
    }
    below = beyond(sorted.first, sorted.dropFirst().first)
    above = beyond(sorted.last, sorted.dropLast().last)
  }

  /// All weights: those of the recipe, then those one step beyond each end, then two steps, and so on.
  var all: [Double] { given + (0..<max(below.count, above.count)).flatMap(beyond) }

  /// The weights so many steps beyond the ends, counted from 0.
  private func beyond(_ step: Int) -> [Double] {
    [below, above].compactMap { $0.indices.contains(step) ? $0[step] : nil }
  }

  /// The weights that decide whether one beyond an end is tried; none for a weight of the recipe.
  func before(_ weight: Double) -> [Double] {
    for step in 0..<max(below.count, above.count) where beyond(step).contains(weight) {
      return given + (0..<step).flatMap(beyond)
    }
    return []
  }

  /// Whether a weight beyond an end is tried, if `best` is the best of those before it.
  func isNext(_ weight: Double, after best: Double?) -> Bool {
    guard !given.contains(weight) else { return true }
    guard let best else { return false }
    let sorted = given.sorted()
    for (end, weights) in [(sorted.first, below), (sorted.last, above)] {
      guard let index = weights.firstIndex(of: weight) else { continue }
      return best == (index == 0 ? end : weights[index - 1])
    }
    return false
  }

  /// The number with twelve significant digits, so that a step of ten gives 100 and not 99.99999999999999.
  private static func rounded(_ number: Double) -> Double {
    Double(number.text(figures: 12)) ?? number
  }
}
