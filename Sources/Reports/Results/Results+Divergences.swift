import Distillation
package import Experiments
import Tensors

extension Results.Divergence {
  /// The outcome of the student's training.
  package var outcome: String {
    switch learner {
    case .student: "diverged"
    case .teacher, .everyWeight: "was not trained"
    }
  }
}

extension Results.Row {
  /// The word that replaces a number which no seed has.
  package var outcome: String {
    guard let divergences else { return "" }
    return divergences.contains { $0.learner == .student } ? "diverged" : "not trained"
  }

  /// A sentence for each reason why there are seeds without a student.
  package var divergenceSentences: [String] {
    var reasons: [(divergence: Results.Divergence, seeds: [UInt64])] = []
    for divergence in divergences ?? [] {
      let same = reasons.firstIndex {
        $0.divergence.problem == divergence.problem && $0.divergence.learner == divergence.learner
      }
      if let same {
        reasons[same].seeds.append(divergence.seed)
      } else {
        reasons.append((divergence, [divergence.seed]))
      }
    }
    let weight = choice.map { "weight \(describe($0.weight)) and " } ?? ""
    return reasons.map { divergence, seeds in
      let list = seeds.map { "\($0)" }.joined(separator: ", ")
      return "'\(name.visible)' with \(weight)seed\(seeds.count == 1 ? "" : "s") \(list) "
        + "\(divergence.outcome): \(divergence.problem)."
    }
  }
}

extension Results {
  /// `3 of 5`: the number of the recipe's seeds for which the row has a student.
  func seedsText(of row: Row) -> String {
    "\(recipe.seeds.count - (row.divergences ?? []).count) of \(recipe.seeds.count)"
  }

  /// Says how many students are missing, and why. Empty if none is missing.
  package var divergenceSentences: [String] {
    let missing = rows.reduce(0) { $0 + ($1.divergences ?? []).count }
    guard missing > 0 else { return [] }
    let all = rows.count * recipe.seeds.count
    let start =
      missing == all
      ? "No student was trained to the end:"
      : "\(missing) of \(all) students \(missing == 1 ? "is" : "are") missing:"
    return [start] + rows.flatMap { $0.divergenceSentences }
  }

  /// The sentences as the text of an error, with a hint about what may help.
  package var divergenceText: String? {
    guard let start = divergenceSentences.first else { return nil }
    let lines = divergenceSentences.dropFirst().map { "  \($0)\n" }
    return start.prefix(1).lowercased() + start.dropFirst() + "\n" + lines.joined()
      + "A lower rate or weight may help."
  }
}
