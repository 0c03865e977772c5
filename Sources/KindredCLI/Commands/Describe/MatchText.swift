import Distillation

/// What is said of `match`, which formulas spell and no registry holds.
enum MatchText {
  static let name = "match"
  static let call = "match(…, by: …, with: …)"
  static let equation = "L = ℓ(ψ(s), ψ(t))"
  static let takes = """
    a knowledge, a relation of it and a matcher: match(embedding, by: distances, with: huber)
    """

  /// `L = ℓ(ψ(s), ψ(t)),  ℓ = huber,  ψ = gram,  s = stage1,  t = stage3`
  static func equation(of part: LossGraph.Part) -> String {
    let relation = part.relations.filter { $0 != Identity.name }.joined(separator: ".")
    let knowledge =
      part.teacherKnowledge.map { "s = \(part.knowledge),  t = \($0)" }
      ?? "s = t = \(part.knowledge)"
    return relation.isEmpty
      ? "L = ℓ(s, t),  ℓ = \(part.matcher),  \(knowledge)"
      : "\(equation),  ℓ = \(part.matcher),  ψ = \(relation),  \(knowledge)"
  }
}
