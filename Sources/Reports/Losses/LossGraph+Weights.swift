package import Distillation

extension LossGraph.Summand {
  /// The factors of the term, as formulas write them: the number if it is not 1, and everything
  /// else that the weight follows.
  package var factors: [String] {
    (weight == 1 ? [] : [Distillation.describe(weight)]) + weighting.map { "\($0)" }
  }

  /// The factors as one text, or only the number if the weight does not move.
  package var weightText: String {
    isMoving ? factors.joined(separator: " · ") : Distillation.describe(weight)
  }
}

extension LossGraph {
  /// Explains the weights that move, one sentence a line.
  package var weightNotes: [String] {
    let within = summands.flatMap { summand in
      summand.matches.flatMap { $0.schedules } + summand.primitives.flatMap { $0.schedules }
    }
    let names = Set(
      summands.flatMap { $0.weighting.map { $0.weighting.name } } + within.map { $0.shape.rawValue }
    )
    let rules = Weightings.all.filter { names.contains($0.name) }
      .map { rule in "\(rule.name): \(rule.equation)" }
    let learned = learnedScalars.map { "s of \($0)" }.joined(separator: ", ")
    return rules + (learned.isEmpty ? [] : ["learned with the student: \(learned)"])
  }

  /// Says which terms learn or remember something, and how their tensors are called; `nil` if none does.
  package var tensorsNote: String? {
    let terms = termsWithTensors
    guard !terms.isEmpty else { return nil }
    let names = terms.map { "'\($0)'" }.joined(separator: ", ")
    return """
      \(names) \(terms.count == 1 ? "owns" : "own") tensors, learned with the student or remembered from \
      step to step
      """
  }
}
