package import Distillation

/// A match in words. No registry holds `match`: formulas spell it.
package struct MatchText {
  package static let name = "match"
  package static let call = "match(…, by: …, with: …)"
  package static let equation = "L = ℓ(ψ(s), ψ(t))"
  package static let takes = """
    a knowledge, a relation of it and a matcher: match(embedding, by: distances, with: huber)
    """

  package let knowledge: String
  /// The teacher's knowledge, if it differs from the student's.
  package let teacherKnowledge: String?
  package let relations: [String]
  package let matcher: String

  package init(_ match: LossGraph.Match, in graph: LossGraph) {
    let parts = graph.nodes.parts(matching: match.student, to: match.teacher)
    knowledge = parts.knowledge
    teacherKnowledge = parts.target == knowledge ? nil : parts.target
    relations = parts.relations.filter { !($0 is Identity) }.flatMap { $0.steps }
    matcher = match.matcher.formula
  }

  /// `L = ℓ(ψ(s), ψ(t)),  ℓ = huber,  ψ = gram,  s = stage1,  t = stage3`
  package var equation: String {
    let compared =
      teacherKnowledge.map { "s = \(knowledge),  t = \($0)" } ?? "s = t = \(knowledge)"
    return relations.isEmpty
      ? "L = ℓ(s, t),  ℓ = \(matcher),  \(compared)"
      : "\(Self.equation),  ℓ = \(matcher),  ψ = \(relations.joined(separator: ".")),  \(compared)"
  }
}
