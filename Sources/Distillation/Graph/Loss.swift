public import Tensors

/// The value of a loss on one batch, with each term under its name.
public struct Loss: Sendable {
  public struct Term: Sendable {
    public let name: String
    /// At this step.
    public let weight: Double
    /// Before the weight; `nil` where the weight is 0 at this step.
    public let value: Tensor?
  }

  /// The weighted sum of the terms, and ½ Σ sₖ where weights are learned.
  public let total: Tensor
  public let terms: [Term]

  /// The price of learned weights, ½ Σ sₖ.
  let price: Double

  /// The memory after this batch: an argument of the next evaluation, as a part of its state.
  public let memory: [String: Tensor]
}

/// The value of a loss on one batch as numbers, with the gradient at the student's outputs.
public struct LossEvaluation: Sendable {
  public struct Term: Codable, Hashable, Sendable {
    public let name: String
    public let weight: Double
    /// Before the weight; `nil` where the weight is 0 at this step.
    public let value: Double?

    public init(name: String, weight: Double, value: Double?) {
      (self.name, self.weight, self.value) = (name, weight, value)
    }
  }

  public let value: Double
  public let terms: [Term]
  /// ∂L/∂output for every output of the student, zero where the loss does not read it; none where
  /// they were not asked for.
  public let gradients: Outputs

  /// The price of learned weights, ½ Σ sₖ.
  let price: Double
}

extension LossGraph {
  /// The loss of `student` against `teacher` on one batch, differentiable.
  ///
  /// - Parameters:
  ///   - student: The student's outputs.
  ///   - teacher: The teacher's.
  ///   - moment: When it is. Chance and weights that move depend on it; a loss with neither needs none.
  ///   - state: The tensors that the loss owns; their initial values unless stated.
  /// - Returns: The total and each term, with its weight at this step.
  /// - Throws: ``DistillationError`` if an output is missing or does not fit, or if no moment is given
  ///   and the loss depends on it.
  public func callAsFunction(
    student: Outputs, teacher: Outputs, at moment: Moment? = nil, state: LossState = LossState()
  ) throws -> Loss {
    let moment = try checked(moment)
    try checkBatchSizes(student: student, teacher: teacher)
    let summands = reportedSummands
    let (student, teacher) = try withLabelsOfBatch(student, teacher.detached)
    let weights = try weights(
      of: summands, student: student, teacher: teacher, at: moment, state: state)
    var evaluation = Evaluation(
      of: self, student: student, teacher: teacher, moment: moment, state: state)
    let terms = try zip(summands, weights.ofTerms).map { summand, weight in
      Loss.Term(
        name: summand.name, weight: weight.number,
        value: weight.isZero ? nil : try evaluation.placedValue(of: summand))
    }
    var total: Tensor?
    for (term, weight) in zip(terms, weights.ofTerms) {
      guard let weighted = term.value.map({ weight * $0 }) else { continue }
      total = total.map { $0 + weighted } ?? weighted
    }
    if let price = weights.price { total = total.map { $0 + price } ?? price }
    return Loss(
      total: total ?? Tensor(0.0), terms: terms,
      price: weights.price.map { Double($0.scalar) } ?? 0,
      memory: evaluation.memory.isEmpty
        ? state.memory : state.memory.merging(evaluation.memory) { _, new in new })
  }

  /// The loss of `student` against `teacher` on one batch, its terms, and, where asked for, its
  /// gradient at the student's outputs.
  ///
  /// - Throws: ``DistillationError`` if an output is missing or does not fit, or if no moment is given
  ///   and the loss depends on it.
  public func evaluate(
    student: Outputs, teacher: Outputs, at moment: Moment? = nil,
    state: LossState = LossState(), withGradients: Bool = true
  ) throws -> LossEvaluation {
    let student = withGradients ? student.variables : student.detached
    let loss = try self(student: student, teacher: teacher, at: moment, state: state)
    let terms = loss.terms.map {
      LossEvaluation.Term(
        name: $0.name, weight: $0.weight, value: $0.value.map { Double($0.scalar) })
    }
    var found: Outputs = [:]
    if withGradients {
      let names = student.tensors.keys.sorted()
      let gradients = gradients(
        of: [(loss.total, Tensor(repeating: 1, shape: loss.total.shape))],
        withRespectTo: names.compactMap { student.tensors[$0] })
      found.tensors = Dictionary(uniqueKeysWithValues: zip(names, gradients))
    }
    return LossEvaluation(
      value: terms.reduce(loss.price) { $0 + $1.weight * ($1.value ?? 0) }, terms: terms,
      gradients: found, price: loss.price)
  }

  private func checkBatchSizes(student: Outputs, teacher: Outputs) throws {
    var first: (what: String, count: Int)?
    func check(_ what: String, _ count: Int) throws {
      guard let known = first else { return first = (what, count) }
      guard known.count == count else {
        throw DistillationError.unequalBatches(known.what, known.count, what, count)
      }
    }
    for (role, outputs) in [(Role.student, student), (.teacher, teacher)] {
      for name in self.outputs(of: role) {
        guard let output = outputs.shapes(of: [name]).first, let count = output.shape.first else {
          continue
        }
        try check("the \(role.rawValue)'s '\(output.name)'", count)
      }
    }
    if let labels = student.labels { try check("the labels", labels.count) }
    if let labels = teacher.labels { try check("the teacher's labels", labels.count) }
  }

  /// The outputs with the labels of the batch, whichever of them came with labels.
  private func withLabelsOfBatch(
    _ student: Outputs, _ teacher: Outputs
  ) throws -> (student: Outputs, teacher: Outputs) {
    if let own = student.labels, let other = teacher.labels, own != other {
      let index = own.indices.first { own[$0] != other[$0] } ?? 0
      throw DistillationError.unequalLabels(own[index], other[index], at: index)
    }
    var (student, teacher) = (student, teacher)
    student.labels = student.labels ?? teacher.labels
    teacher.labels = student.labels
    return (student, teacher)
  }
}
