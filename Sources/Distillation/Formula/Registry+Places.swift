/// The kinds of parts that a formula names.
package enum PartKind: String, CaseIterable {
  case term, knowledge, relation, matcher
}

extension Registry {
  /// What a name is that stands in the place of another kind of part, and where it belongs; `nil` if no part
  /// of another kind has the name.
  ///
  ///     'cosines' is a relation, not a term: match(embedding, by: cosines, with: meanSquare)
  package func misplaced(_ name: String, as kind: PartKind) -> String? {
    let kinds = kinds(of: name)
    guard let known = kinds.first, !kinds.contains(kind) else { return nil }
    let use = use(of: name, known)
    return "'\(name)' is a \(known.rawValue), not a \(kind.rawValue): \(use)"
  }

  /// The kinds of the parts of this name: `logits` is a term and a knowledge.
  private func kinds(of name: String) -> [PartKind] {
    PartKind.allCases.filter { kind in
      switch kind {
      case .term: terms[name] != nil
      case .knowledge: knowledge[name] != nil || OutputName(name).isUsual
      case .relation: relations[name] != nil
      case .matcher: matchers[name] != nil
      }
    }
  }

  /// A formula in which a name stands in its place.
  private func use(of name: String, _ kind: PartKind) -> String {
    switch kind {
    case .term: "a term stands outside of match(…), as in 0.5*\(name)"
    case .knowledge: "match(\(name), by: relation, with: matcher)"
    case .relation: "match(\(place(ofRelation: name)), with: meanSquare)"
    case .matcher: "match(\(place(beforeMatcher: name)), with: \(name))"
    }
  }

  /// Knowledge and relations that fit each other, of which the last is the relation of this name.
  private func place(ofRelation name: String) -> String {
    guard let relation = relations[name]?.standard else { return "knowledge, by: \(name)" }
    if relation is any Relation<TensorPair> { return "layers, by: \(name)" }
    return switch relation.accepts {
    case .maps: "lastStage, by: \(name)"
    case .square: "embedding, by: distances.\(name)"
    default: "embedding, by: \(name)"
    }
  }

  /// Knowledge and a relation whose value the matcher of this name takes.
  private func place(beforeMatcher name: String) -> String {
    let accepts = matchers[name]?.standard.accepts ?? .any
    return TensorKind.square.mayBe(accepts) ? "embedding, by: distances" : "knowledge, by: relation"
  }
}
