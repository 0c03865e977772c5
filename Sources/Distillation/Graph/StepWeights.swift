import Tensors

/// The weights of the terms of a loss at one step.
struct StepWeights {
  /// The weight of each term.
  var ofTerms: [StepWeight]
  /// The price of learned weights, ½ Σ sₖ.
  var price: Tensor?
}

/// The weight of one term at one step.
struct StepWeight {
  var number: Double
  /// The weight as a tensor if it is learned, so that a gradient flows to it.
  var learned: Tensor?

  /// Whether the term need not be evaluated.
  var isZero: Bool { learned == nil && number == 0 }

  static func * (weight: StepWeight, value: Tensor) -> Tensor {
    if let learned = weight.learned { return learned * value }
    return weight.number == 1 ? value : Tensor(weight.number) * value
  }
}

extension LossGraph {
  /// The formulas of the terms whose weights ``Uncertainty`` learns with the student. Each has one scalar,
  /// which begins at 0.
  public var learnedScalars: [String] {
    terms.groups.filter { $0.kind == .uncertainty }.flatMap { $0.arguments }
  }

  /// The range of learned scalars. Within it, weights stay finite even if a term is 0.
  public static let learnedRange: ClosedRange<Float> = -20...20

  /// The weights of these terms.
  func weights(
    of summands: [Summand], student: Outputs, teacher: Outputs, at moment: Moment, state: LossState
  ) throws -> StepWeights {
    let scheduled = summands.indices.map { summands[$0].scheduledWeight(at: moment) }
    var weights = StepWeights(ofTerms: scheduled.map { StepWeight(number: $0) })
    guard !terms.groups.isEmpty else { return weights }
    var evaluation = Evaluation(
      of: self, student: student.variables, teacher: teacher, moment: moment, state: state)
    for (index, group) in terms.groups.enumerated() {
      let arguments = group.arguments.indices.map { argument in
        summands.indices.filter {
          let place = summands[$0].place
          return place?.group == index && place?.argument == argument && scheduled[$0] != 0
        }
      }
      switch group.kind {
      case .gradientNorm:
        let evaluated = arguments.filter { !$0.isEmpty }
        let norms = try evaluated.map { try gradientNorm(of: $0.map { summands[$0] }, &evaluation) }
        for (terms, weight) in zip(evaluated, equalizingWeights(norms)) {
          for term in terms { weights.ofTerms[term].number *= weight }
        }
      case .uncertainty:
        let outer = group.schedules.reduce(group.weight) { $0 * $1.weight(at: moment.progress) }
        let scalars = try terms.scalars(of: index, in: state)
        for (argument, terms) in arguments.enumerated() where !terms.isEmpty {
          let s = scalars.rows([argument]).reshaped([])
          let precision = (Tensor(-1.0) * s).exp()
          for term in terms {
            let weight = Tensor(scheduled[term] / 2) * precision
            weights.ofTerms[term] = StepWeight(number: Double(weight.scalar), learned: weight)
          }
          let price = Tensor(outer / 2) * s
          weights.price = weights.price.map { $0 + price } ?? price
        }
      }
    }
    return weights
  }

  /// The norm of the gradient of an argument of ``GradientNorm`` at the student's outputs. The schedules of
  /// its terms are left out: they multiply the weight that follows from this norm.
  private func gradientNorm(of terms: [Summand], _ evaluation: inout Evaluation) throws -> Double {
    var sum = Tensor(0.0)
    for term in terms {
      let weight = term.place?.weight ?? 1
      sum = sum + (try evaluation.placedValue(of: term, times: weight))
    }
    return evaluation.outputs(of: .student).gradients(of: sum).sumOfSquares.squareRoot()
  }
}

extension Outputs {
  /// The gradient of a scalar at each of these variables, by name.
  func gradients(of value: Tensor) -> [Tensor] {
    constantGradients(
      of: value, withRespectTo: tensors.sorted { $0.key < $1.key }.map { $0.value })
  }
}

extension [Tensor] {
  /// Σ x², in Double.
  var sumOfSquares: Double { dot(self) }

  /// Σ x y, in Double.
  func dot(_ other: [Tensor]) -> Double {
    zip(self, other).reduce(0) { sum, pair in
      pair.0.withUnsafeBufferPointer { x in
        pair.1.withUnsafeBufferPointer { y in
          x.indices.reduce(sum) { $0 + Double(x[$1]) * Double(y[$1]) }
        }
      }
    }
  }
}

/// The weights of terms whose gradients have these norms. They are inverse to the norms, and their mean is
/// 1.
private func equalizingWeights(_ norms: [Double]) -> [Double] {
  let counts = norms.map { $0 > 0 && $0.isFinite }
  let inverses = zip(norms, counts).map { $1 ? 1 / $0 : 0 }
  let scale = Double(counts.count { $0 }) / inverses.reduce(0, +)
  return zip(inverses, counts).map { $1 ? $0 * scale : 1 }
}
