extension LossGraph {
  /// Whether its value depends on the moment: a weight moves, or something is drawn by chance.
  public var dependsOnMoment: Bool { !termsThatDependOnMoment.isEmpty }

  private var termsThatDependOnMoment: [String] {
    reportedSummands.filter { $0.dependsOnMoment }.map { $0.name }
  }

  /// The given moment, or any moment if none is given and nothing depends on it; otherwise throws.
  func checked(_ moment: Moment?) throws -> Moment {
    if let moment { return moment }
    guard !dependsOnMoment else {
      throw DistillationError.missingMoment(terms: termsThatDependOnMoment)
    }
    return Moment()
  }
}

extension LossGraph.Summand {
  fileprivate var dependsOnMoment: Bool {
    guard schedules.isEmpty else { return true }
    switch content {
    case .match(let match): return (match.matcher as? any ElementwiseMatcher)?.tuples != nil
    case .primitive(_, as: .ofMoment(let term)): return term.dependsOnMoment
    case .primitive(_, as: .stateful(let term, _)): return term.dependsOnMoment
    case .primitive: return false
    case .sum(let terms): return terms.contains { $0.dependsOnMoment }
    case .mixture(let arguments, _):
      return arguments.contains { $0.contains { $0.dependsOnMoment } }
    }
  }
}
