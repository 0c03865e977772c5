extension LossGraph {
  /// The loss under settings in which the gradient is the derivative of the value. If a parameter of a
  /// term has its default, it gets the value that it has in ``NamedTerm/differentiable``.
  ///
  /// Weights that move are constants of a step, so terms have only the numbers before them.
  package var differentiable: LossGraph {
    var graph = self
    graph.terms = Terms()
    for var summand in reportedSummands {
      (summand.schedules, summand.place) = ([], nil)
      if case .mixture(let arguments, _) = summand.content {
        // Its weights are constants of the step. At a high temperature they hardly move at all.
        summand.content = .mixture(arguments, temperature: 1e6)
      } else if let term = summand.settings as? any NamedTerm {
        let term = term.madeDifferentiable
        if let teacher = summand.teacher {
          graph.append(term, weight: summand.weight, taughtBy: teacher)
        } else {
          graph.append(term, weight: summand.weight)
        }
        continue
      }
      graph.terms.summands.append(summand)
    }
    graph.finish()
    return graph
  }
}

extension NamedTerm {
  /// This term, in which each parameter with its default has the value of `differentiable`.
  fileprivate var madeDifferentiable: Self {
    let defaults = Self.standard.parameters
    let changed = zip(parameters, defaults).filter { describe($0.value) != describe($1.value) }
    return Self.differentiable.setting(changed.map { ($0.0.name, $0.0.value) })
  }
}
