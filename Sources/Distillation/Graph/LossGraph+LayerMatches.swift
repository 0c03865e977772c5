extension LossGraph {
  /// What makes a layer of the student's equal to a layer of a teacher's, entry by entry, through a learned
  /// map at most.
  package struct LayerMatch: Sendable {
    /// The name of the term that compares them.
    package let term: String
    package let student: OutputName
    /// The teacher's layer. Its name says which teacher.
    package let teacher: OutputName
    /// The map of the student's layer.
    package let form: ProjectionForm
    /// The name of the map's tensors before `.weight` and `.bias`; `nil` if there is no map.
    package let map: String?
  }

  /// The matches of a layer of the student's to a layer of a teacher's, in the order of the formula.
  package var layerMatches: [LayerMatch] {
    reportedSummands.flatMap { term in
      term.matches.compactMap { layerMatch($0.match, in: term.name) }
    }
  }

  private func layerMatch(_ match: Match, in term: String) -> LayerMatch? {
    let relations = nodes.relations(to: match.student)
    let maps = relations.compactMap { $0 as? LearnedMap }
    guard match.matcher is any ElementwiseMatcher, maps.allSatisfy({ $0.side == .student }),
      relations.dropFirst(maps.count).allSatisfy({ $0 is Identity || $0 is Resized }),
      let student = layer(of: match.student), let teacher = layer(of: match.teacher)
    else { return nil }
    let owner = nodes.path(to: match.student).compactMap { nodes[$0].owner }.first
    return LayerMatch(
      term: term, student: student, teacher: teacher, form: maps.first?.form ?? .none,
      map: owner.flatMap { owners[$0] })
  }

  /// The output of which a node's value is made, if it is one as a whole.
  private func layer(of node: Int) -> OutputName? {
    let knowledge = nodes.knowledge(of: node)
    return knowledge is any WholeOutput ? knowledge.outputs.first : nil
  }
}
