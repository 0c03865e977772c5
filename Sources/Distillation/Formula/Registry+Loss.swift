extension Registry {
  /// The loss that a formula describes.
  ///
  ///     let loss = try Registry.linked.loss("0.1*ce + 0.9*kd(temperature: 4) + 25*rkd.distance")
  ///
  /// - Parameter formula: A sum of terms, with numbers before them.
  /// - Returns: The loss.
  /// - Throws: ``DistillationError/formula(_:)`` with the column of the error, the names that were possible
  ///   and the nearest one; or ``DistillationError/composition(_:)`` if parts do not fit.
  public func loss(_ formula: String) throws -> LossGraph { try loss(formula, weight: nil) }

  /// The loss that a formula describes. In it, the name `weight` stands for a number, and terms may say
  /// which of the teachers of these names they have.
  ///
  /// Throws ``DistillationError/formula(_:)``.
  package func loss(
    _ formula: String, weight: Double?, teachers: [String]? = nil
  ) throws -> LossGraph {
    let syntax = try FormulaParser.parse(formula)
    let reader = FormulaReader(
      formula: formula, registry: self, weight: weight, teachers: teachers)
    return try LossGraph(SumOfMany(terms: try reader.sum(syntax)))
  }
}

extension Registry {
  /// The knowledge that a text describes as a part of a formula: `logits@virtual`, `layers(to: stage3)`.
  ///
  /// Throws ``DistillationError/formula(_:)`` if it is none.
  package func knowledge(_ text: String) throws -> any Knowledge {
    try FormulaReader(formula: text, registry: self).knowledge(FormulaParser.parse(text))
  }
}
