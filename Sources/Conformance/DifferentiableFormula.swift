import Distillation

extension LossGraph {
  /// The formula under settings in which the gradient is the derivative of the value: each term's
  /// settings changed to those of its `differentiable`, but for what the formula sets itself.
  ///
  /// Weights that move are constants of a step: the terms are taken with the numbers alone.
  func differentiableFormula(in registry: Registry) -> String {
    summands.filter { $0.weight != 0 }.map { summand in
      "\(summand.weight) * \(differentiable(summand.formula, in: registry))"
    }
    .joined(separator: " + ")
  }

  private func differentiable(_ formula: String, in registry: Registry) -> String {
    let name = String(formula.prefix { $0 != "(" })
    var given = String(formula.dropFirst(name.count).dropFirst().dropLast())
    if name == Adaptive.name {
      // Its weights are constants of the step; at a high temperature they are so indeed.
      given.replace(/, temperature: [0-9.]+$/, with: "")
      return "\(name)(\(given), temperature: 1000000)"
    }
    let changed = registry.terms[name].map { changedSettings($0) } ?? []
    let arguments =
      (given.isEmpty ? [] : [given])
      + changed.filter { !given.contains("\($0.name): ") }.map { "\($0.name): \($0.text)" }
    return arguments.isEmpty ? name : "\(name)(\(arguments.joined(separator: ", ")))"
  }

  private func changedSettings<T: NamedTerm>(_ term: T.Type) -> [(name: String, text: String)] {
    zip(T.differentiable.parameters, T().parameters)
      .map { (name: $0.name, text: describe($0.value), standard: describe($1.value)) }
      .filter { $0.text != $0.standard }.map { ($0.name, $0.text) }
  }
}
