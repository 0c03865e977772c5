package import Distillation

extension LossGraph.Summand {
  /// What it is multiplied by, as formulas write it: the number, where it is not 1, and what else
  /// the weight follows.
  package var factors: [String] {
    (weight == 1 ? [] : [Distillation.describe(weight)]) + weighting.map { "\($0)" }
  }

  /// The same as one text, and the number alone where the weight does not move.
  package var weightText: String {
    isMoving ? factors.joined(separator: " · ") : Distillation.describe(weight)
  }
}

extension LossGraph {
  /// What is said of weights that move, one sentence a line.
  package var weightNotes: [String] {
    let names = Set(summands.flatMap { $0.weighting.map { $0.weighting.name } })
    let rules = Weightings.all.filter { names.contains($0.name) }
      .map { rule in "\(rule.name): \(rule.equation)" }
    let learned = learnedScalars.map { "s of \($0)" }.joined(separator: ", ")
    return rules + (learned.isEmpty ? [] : ["learned with the student: \(learned)"])
  }
}
