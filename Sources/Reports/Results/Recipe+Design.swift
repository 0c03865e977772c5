package import Experiments
import Tensors

extension Recipe {
  /// What the primary comparisons can find, which is said before what they found. Empty if no comparison is
  /// primary. Without results, no deviation is known but a pilot's.
  package func designSentences(_ results: Results.Analysis? = nil) -> [String] {
    let primary = primaryComparisons
    guard !primary.isEmpty else { return [] }
    let found = results?.comparisons(arePrimary: true)
    var groups: [(text: String, names: [String])] = []
    for (index, comparison) in primary.enumerated() {
      let smallest =
        found.map { $0[index].smallestDifference } ?? smallestDifference(of: comparison)
      let text = power(smallest) + bound(of: comparison)
      let over = found?[index].over ?? comparison.over ?? rows.first?.name ?? ""
      let name = Self.name(comparison.row, over, comparison.metric)
      if let same = groups.firstIndex(where: { $0.text == text }) {
        groups[same].names.append(name)
      } else {
        groups.append((text, [name]))
      }
    }
    let isOne = primary.count == 1
    let level = NumberFormat.significant(Results.Analysis.level, digits: 3)
    let tests =
      "Design: \(primary.count) primary comparison\(isOne ? "" : "s") of \(seeds.count) "
      + "seed\(seeds.count == 1 ? "" : "s"), by \(isOne ? "a two-sided paired t-test" : "two-sided paired t-tests") "
      + "at level \(level)"
      + (isOne ? "." : ", with p-values adjusted by Holm’s method.")
    return [tests]
      + groups.map { group in
        let who =
          groups.count > 1 ? group.names.joined(separator: ", ") + ":" : isOne ? "It" : "Each"
        return "\(who) \(group.text)."
      }
  }

  /// These sentences as lines of at most this width, if there are some.
  package func designText(_ results: Results.Analysis? = nil, width: Int) -> String {
    designSentences(results).flatMap { $0.visible.wrapped(toDisplayWidth: width) }
      .map { $0 + "\n" }.joined()
  }

  /// `‘kd’ over ‘ce’ in accuracy`.
  static func name(_ row: String, _ over: String, _ metric: String) -> String {
    "‘\(row)’ over ‘\(over)’ in \(metric)"
  }

  private func power(_ smallest: SmallestDifference?) -> String {
    let power = NumberFormat.significant(design.power, digits: 3)
    guard let smallest else {
      return smallestEffect(pairs: seeds.count).map { effect in
        "finds \(NumberFormat.fixed(effect, digits: 2)) standard deviations of the differences with power "
          + "\(power); no pilot’s deviation is given"
      } ?? "finds nothing, because one seed has no deviation"
    }
    let whole =
      smallest.pairs == seeds.count ? "" : " of \(smallest.pairs) seeds"
    return
      "finds a difference of \(NumberFormat.percentage(smallest.value)) points with power \(power), by "
      + (smallest.isFromPilot
        ? "a pilot’s standard deviation of \(NumberFormat.percentage(smallest.deviation)) points"
        : "the observed standard deviation\(whole), \(NumberFormat.percentage(smallest.deviation)) points, "
          + "as no pilot’s is given")
  }

  private func bound(of comparison: Comparison) -> String {
    equivalence(of: comparison).map { "; equivalence bound \(NumberFormat.bound($0)) points" } ?? ""
  }
}
