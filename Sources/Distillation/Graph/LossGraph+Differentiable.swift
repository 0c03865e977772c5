extension LossGraph {
  /// The loss under settings in which the gradient is the derivative of the value: each term has those
  /// of its ``NamedTerm/differentiable`` where its own are the defaults.
  ///
  /// Weights that move are constants of a step: the terms are taken with the numbers alone.
  package var differentiable: LossGraph {
    var graph = self
    graph.terms = Terms()
    for var summand in reportedSummands {
      (summand.schedules, summand.place) = ([], nil)
      if case .mixture(let arguments, _) = summand.content {
        // Its weights are constants of the step; at a high temperature they are so indeed.
        summand.content = .mixture(arguments, temperature: 1e6)
      } else if let term = summand.settings as? any NamedTerm {
        graph.append(term.madeDifferentiable, weight: summand.weight)
        continue
      }
      graph.terms.summands.append(summand)
    }
    graph.terms.mergeEqual()
    return graph
  }
}

extension NamedTerm {
  /// This term with the settings of `differentiable` where it has its defaults.
  fileprivate var madeDifferentiable: Self {
    let defaults = Self.standard.parameters
    let changed = zip(parameters, defaults).filter { describe($0.value) != describe($1.value) }
    return Self.differentiable.setting(changed.map { ($0.0.name, $0.0.value) })
  }
}
