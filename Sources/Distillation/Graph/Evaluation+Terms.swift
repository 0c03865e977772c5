import Tensors

// The values of terms, which are made of the values of matches.

extension Evaluation {
  /// The value of a term, times a weight.
  mutating func value(of term: LossGraph.Summand, times weight: Double = 1) throws -> Tensor {
    if havePlaces {
      try checkPlaces(of: term)
      if try readsNothing(term) { return Tensor(0.0) }
      if let examples = examplesWithTokens, readsTokens(term) {
        return try value(of: term, withTokens: examples, times: weight)
      }
    }
    if let examples = labeledExamples, graph.readsLabels(term) {
      return try value(of: term, on: examples, times: weight)
    }
    switch term.content {
    case .match(let match): return try value(of: match, times: weight)
    case .primitive(let term, as: .ofOutputs):
      return weighted(
        try term(student: outputs(of: .student), teacher: outputs(of: .teacher)), weight)
    case .primitive(_, as: .ofMoment(let term)):
      let value = try term(
        student: outputs(of: .student), teacher: outputs(of: .teacher), at: moment)
      return weighted(value, weight)
    case .primitive(_, as: .stateful(let term, let owner)):
      let state = try tensors(of: owner)
      let value = try term(
        student: outputs(of: .student), teacher: outputs(of: .teacher), state: state, at: moment)
      return weighted(value, weight)
    case .sum(let terms): return weighted(try sum(of: terms), weight)
    case .mixture(let arguments, let temperature):
      let ℓ = Tensor.concatenated(try arguments.map { try sum(of: $0, placed: true).reshaped([1]) })
      let mean = ℓ.detached.mean()
      let w = (ℓ.detached * mean.reciprocalOrZero()).softmax(temperature: temperature)
      return weighted((w * ℓ).sum(), weight)
    }
  }

  /// The value of a term of a loss; an error says which term it was.
  mutating func placedValue(
    of term: LossGraph.Summand, times weight: Double = 1
  ) throws -> Tensor {
    do {
      return try value(of: term, times: weight)
    } catch let error as DistillationError {
      throw DistillationError.inTerm(term.name, error)
    } catch {
      throw TermError(term: term.name, cause: error)
    }
  }

  /// The sum of terms. If it is placed, an error says which of them it was.
  private mutating func sum(
    of terms: [LossGraph.Summand], placed: Bool = false
  ) throws -> Tensor {
    var sum: Tensor?
    for index in terms.indices {
      let weight = terms[index].scheduledWeight(at: moment)
      guard weight != 0 else { continue }
      let value =
        try placed
        ? placedValue(of: terms[index], times: weight) : value(of: terms[index], times: weight)
      sum = sum.flatMap { $0.isConstant && $0.scalar == 0 ? nil : $0 + value } ?? value
    }
    return sum ?? Tensor(0.0)
  }

  func weighted(_ value: Tensor, _ weight: Double) -> Tensor {
    weight == 1 ? value : Tensor(weight) * value
  }
}
