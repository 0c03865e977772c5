import Distillation

/// A match in words. No registry holds `match`, which formulas spell.
struct MatchText {
  static let name = "match"
  static let call = "match(…, by: …, with: …)"
  static let equation = "L = ℓ(ψ(s), ψ(t))"
  static let takes = """
    a knowledge, a relation of it and a matcher: match(embedding, by: distances, with: huber)
    """

  let knowledge: String
  /// If it is another than the student's.
  let teacherKnowledge: String?
  let relations: [String]
  let matcher: String

  init(_ match: LossGraph.Match, in graph: LossGraph) {
    knowledge = graph.nodes.knowledge(of: match.student).formula
    let target = graph.nodes.knowledge(of: match.teacher).formula
    teacherKnowledge = target == knowledge ? nil : target
    relations = graph.nodes.relations(to: match.student).filter { !($0 is Identity) }
      .flatMap { $0.steps }
    matcher = match.matcher.formula
  }

  /// `L = ℓ(ψ(s), ψ(t)),  ℓ = huber,  ψ = gram,  s = stage1,  t = stage3`
  var equation: String {
    let compared =
      teacherKnowledge.map { "s = \(knowledge),  t = \($0)" } ?? "s = t = \(knowledge)"
    return relations.isEmpty
      ? "L = ℓ(s, t),  ℓ = \(matcher),  \(compared)"
      : "\(Self.equation),  ℓ = \(matcher),  ψ = \(relations.joined(separator: ".")),  \(compared)"
  }
}
