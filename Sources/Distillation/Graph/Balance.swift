import Tensors

/// How much one term of a loss counts beside the others, on one batch.
public struct TermBalance: Codable, Hashable, Sendable {
  /// The name of the term.
  public var name: String

  /// The share of |w ℓ| in the sum of all terms' |w ℓ|, from 0 to 1; `nil` if the sum is 0.
  public var share: Double?

  /// ‖w ∂ℓ/∂outputs‖, over all of the student's outputs together.
  public var gradientNorm: Double?

  /// The cosine of this gradient with that of the whole loss: 1 if the term pulls as the whole loss does,
  /// below 0 if it pulls against it; `nil` if either gradient is 0.
  public var cosine: Double?

  /// Makes a balance of the term's name and of its numbers.
  public init(
    name: String, share: Double? = nil, gradientNorm: Double? = nil, cosine: Double? = nil
  ) {
    self.name = name
    (self.share, self.gradientNorm, self.cosine) = (share, gradientNorm, cosine)
  }
}

extension LossGraph {
  /// How much the terms of ``reportedSummands`` count beside each other. A term whose weight is 0 at this
  /// step has no numbers, and a number that is not finite is left out.
  ///
  /// The loss is evaluated once more, on outputs that nothing depends on. Its gradient at these outputs
  /// is computed once for each term.
  ///
  /// - Parameters:
  ///   - student: The student's outputs on a batch.
  ///   - teacher: The teacher's outputs.
  ///   - moment: The moment in training; a loss that does not depend on it needs none.
  ///   - state: The tensors that the loss owns; a loss that owns none needs none.
  /// - Returns: The balance of each term, in the order of ``reportedSummands``.
  /// - Throws: ``DistillationError`` if an output is missing or does not fit, or if no moment or no
  ///   state is given and the loss needs it.
  public func balance(
    student: Outputs, teacher: Outputs, at moment: Moment? = nil, state: LossState? = nil
  ) throws -> [TermBalance] {
    let student = student.variables
    let loss = try self(student: student, teacher: teacher, at: moment, state: state?.detached)
    let gradients = loss.terms.map { $0.value.map { student.gradients(of: $0) } }
    var whole: [Tensor] = []
    for case (let term, let gradient?) in zip(loss.terms, gradients) {
      let weighted = gradient.map { Tensor(term.weight) * $0 }
      whole = whole.isEmpty ? weighted : zip(whole, weighted).map { $0 + $1 }
    }
    let length = whole.sumOfSquares.squareRoot()
    let values = loss.terms.map { abs($0.weight * ($0.value.map { Double($0.scalar) } ?? 0)) }
    let sum = values.reduce(0, +)
    return loss.terms.indices.map { index in
      let (name, weight) = (loss.terms[index].name, loss.terms[index].weight)
      guard let gradient = gradients[index] else { return TermBalance(name: name) }
      let norm = abs(weight) * gradient.sumOfSquares.squareRoot()
      let cosine = weight * gradient.dot(whole) / (norm * length)
      return TermBalance(
        name: name, share: (values[index] / sum).ifFinite, gradientNorm: norm.ifFinite,
        cosine: cosine.ifFinite.map { min(max($0, -1), 1) })
    }
  }
}

extension Double {
  fileprivate var ifFinite: Double? { isFinite ? self : nil }
}
