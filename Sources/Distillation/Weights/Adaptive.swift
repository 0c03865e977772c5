import Tensors

/// Several terms of one kind, such as one loss at several layers. The term with the largest value has the
/// largest weight.
///
///     L = Σₗ wₗ ℓₗ,  w = softmax(ℓ / (τ ℓ̄)),  ℓ̄ = 1/K Σₗ ℓₗ
///
/// The weights are constants of the step. Among all w on the simplex, they maximise
/// Σ wₗ ℓₗ − τ ℓ̄ KL(w ‖ 1/K): the loss of the worst mixture that stays near the mean. Nothing is learned
/// that could make the loss small while the terms are large; docs/adaptive.md has the derivation.
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

  /// The parameters that formulas set by name.
  package struct Settings: Configurable {
    /// τ, how even the weights are. If it is large, all are alike; if it is small, only the largest
    /// term counts.
    package var temperature = Adaptive.temperature

    package static let standard = Self()

    package static let ranges = ["temperature": 0.01...1e6]
  }

  /// τ unless stated.
  public static let temperature = 1.0

  let settings: Settings
  let terms: [any LossTerm]

  /// Makes the sum of two terms or more, one on each line. Each line has a weight.
  ///
  /// - Parameters:
  ///   - temperature: τ, how even the weights are, from 0.01 to 10⁶. If it is large, all weights are
  ///     alike; if it is small, only the largest term counts.
  ///   - terms: The terms.
  public init(
    temperature: Double = Self.temperature, @TermListBuilder _ terms: () -> [any LossTerm]
  ) {
    self.init(Settings.standard.with(\.temperature, temperature), terms())
  }

  /// Makes the sum of two terms or more, each of which has a weight.
  public init(temperature: Double = Self.temperature, _ terms: any LossTerm...) {
    self.init(Settings.standard.with(\.temperature, temperature), terms)
  }

  package init(_ settings: Settings, _ terms: [any LossTerm]) {
    (self.settings, self.terms) = (settings, terms)
  }

  public func _append(to graph: inout LossGraph, weight: Double) {
    let arguments = terms.map { term in
      var argument = graph.collect { term._append(to: &$0, weight: 1) }
      argument.mergeEqual()
      return argument
    }
    graph.checkShareNoWeights(arguments, within: Self.name)
    graph.checkRanges(of: settings, as: Self.name)
    if arguments.count < 2 { graph.refuse("expected two terms or more", in: Self.name) }
    let list = arguments.map { $0.formula }.joined(separator: ", ")
    let settings = settings.argumentsInFormula.dropFirst().dropLast()
    graph.terms.summands.append(
      LossGraph.Summand(
        name: Self.name,
        formula: "adaptive(\(list)\(settings.isEmpty ? "" : ", \(settings)"))", weight: weight,
        reading: (
          Set(arguments.flatMap { $0.outputs(of: .student) }).sorted(),
          Set(arguments.flatMap { $0.outputs(of: .teacher) }).sorted()
        ),
        content: .mixture(
          arguments.map { $0.summands }, temperature: self.settings.temperature),
        settings: self.settings))
  }
}
