import Tensors

/// Several terms of one kind, such as the same loss at several layers, weighted by how far each is
/// behind: the term with the largest value has the largest weight.
///
///     L = Σₗ wₗ ℓₗ,  w = softmax(ℓ / (τ ℓ̄)),  ℓ̄ = 1/K Σₗ ℓₗ
///
/// The weights are constants of the step: of all w on the simplex they maximise
/// Σ wₗ ℓₗ − τ ℓ̄ KL(w ‖ 1/K), the loss of the worst mixture that stays near the mean. Nothing
/// is learned that could make the loss small without the terms being so: docs/adaptive.md.
///
///     Adaptive(temperature: 0.5) {
///       match(.output("stage1"), by: .gram.rowNormalized, with: .meanSquare)
///       match(.output("stage2"), by: .gram.rowNormalized, with: .meanSquare)
///     }
public struct Adaptive: LossTerm, Weighting {
  public static let name = "adaptive"
  public static let equation = "L = Σₗ wₗ ℓₗ,  w = softmax(ℓ / (τ ℓ̄)),  ℓ̄ = 1/K Σₗ ℓₗ"
  package static let call = "adaptive(term, term, …)"
  package static let kind = "sum of terms"
  package static let takes =
    "two terms or more: adaptive(sp(layer: stage1), sp(layer: stage2))"

  /// What formulas set by name.
  package struct Settings: Configurable {
    /// τ: how even the weights are. Large: all alike. Small: only the largest term counts.
    package var temperature = 1.0

    package init() {}

    package static let ranges = ["temperature": 0.01...1e6]
  }

  let settings: Settings
  let terms: [LossGraph]

  /// The terms, one a line; τ is from 0.01 on.
  public init(temperature: Double = 1, @LossBuilder _ terms: () -> some LossTerm) {
    precondition(
      Settings.ranges["temperature"]?.contains(temperature) == true,
      "[adaptive] a temperature of \(temperature)")
    var settings = Settings()
    settings.temperature = temperature
    self.init(settings, LossGraph(terms()).summandsAlone)
  }

  package init(_ settings: Settings, _ terms: [any LossTerm]) {
    self.init(settings, terms.map { LossGraph($0) })
  }

  private init(_ settings: Settings, _ terms: [LossGraph]) {
    precondition(
      terms.allSatisfy { $0.groups.isEmpty }, "[adaptive] a term that shares out weights itself")
    (self.settings, self.terms) = (settings, terms)
  }

  public func _append(to graph: inout LossGraph, weight: Double) {
    let list = terms.map { $0.formula }.joined(separator: ", ")
    let arguments = settings.argumentsInFormula.dropFirst().dropLast()
    let formula = "adaptive(\(list)\(arguments.isEmpty ? "" : ", \(arguments)"))"
    graph.append(
      LossGraph.Summand(
        name: Self.name, formula: formula, isNamed: true, weight: weight,
        studentOutputs: Set(terms.flatMap { $0.outputs(of: .student) }).sorted(),
        teacherOutputs: Set(terms.flatMap { $0.outputs(of: .teacher) }).sorted(),
        parts: terms.flatMap { $0.weightedParts },
        primitives: terms.flatMap { $0.weightedPrimitives }, settings: settings,
        scalarsHeld: { student, teacher in
          terms.flatMap { $0.scalarsHeld(student: student, teacher: teacher) }
        }
      ) { evaluation in
        let values = try terms.map { try $0.value(&evaluation).reshaped([1]) }
        let ℓ = Tensor.concatenated(values)
        let mean = ℓ.detached.mean()
        let w = (ℓ.detached * mean.reciprocalOrZero()).softmax(temperature: settings.temperature)
        return (w * ℓ).sum()
      })
  }
}
