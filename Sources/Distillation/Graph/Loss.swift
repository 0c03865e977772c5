public import Tensors

/// The value of a loss on one batch, with each term under its name.
public struct Loss: Sendable {
  /// A term of the loss, under its name.
  public struct Term: Sendable {
    /// The name of the term.
    public let name: String
    /// The weight at this step.
    public let weight: Double
    /// The value without the weight, a scalar; `nil` if the weight is 0 at this step.
    public let value: Tensor?
  }

  /// The weighted sum of the terms, a scalar; plus ½ Σ sₖ if weights are learned.
  public let total: Tensor
  /// The terms that are reported, in the order of the formula.
  public let terms: [Term]

  /// The price of learned weights, ½ Σ sₖ.
  let price: Double

  /// The memory after this batch, by name. Give it to the next evaluation as a part of its state.
  public let memory: [String: Tensor]
}

/// The value of a loss on one batch as numbers, with the gradient at the student's outputs.
public struct LossEvaluation: Sendable {
  /// A term of the loss, under its name.
  public struct Term: Codable, Hashable, Sendable {
    /// The name of the term.
    public let name: String
    /// The weight at this step.
    public let weight: Double
    /// The value without the weight; `nil` if the weight is 0 at this step.
    public let value: Double?

    /// Makes a term of its name, its weight and its value without the weight.
    public init(name: String, weight: Double, value: Double?) {
      (self.name, self.weight, self.value) = (name, weight, value)
    }
  }

  /// The value of the loss, the sum in Double.
  public let value: Double
  /// The terms that are reported, in the order of the formula.
  public let terms: [Term]
  /// ∂L/∂output for every output of the student, each in the shape of its output. It is zero for an
  /// output that the loss does not read. There are none if they were not asked for.
  public let gradients: Outputs

  /// ∂L/∂parameter for every parameter of the state, by name, each in the shape of its parameter. There are
  /// none if they were not asked for.
  public let parameterGradients: [String: Tensor]

  /// The memory after this batch, by name. Give it to the next evaluation as a part of its state.
  public let memory: [String: Tensor]

  /// The price of learned weights, ½ Σ sₖ.
  let price: Double
}

extension LossGraph {
  /// The loss of `student` against `teacher` on one batch, as tensors: gradients flow to whatever the
  /// student's outputs depend on.
  ///
  /// - Parameters:
  ///   - student: The student's outputs. ``Outputs/exampleWeights`` say which examples count, and
  ///     ``Outputs/tokenMask`` which tokens.
  ///   - teacher: The teacher's outputs, which are constants.
  ///   - moment: The moment in training. Chance and weights that move depend on it; a loss with neither
  ///     needs none.
  ///   - state: The tensors that the loss owns, at first ``initialState(student:teacher:seed:)``; a loss
  ///     that owns none needs none.
  /// - Returns: The total and each term, with its weight at this step.
  /// - Throws: ``DistillationError`` if an output is missing or does not fit, or if no moment or no
  ///   state is given and the loss needs it.
  public func callAsFunction(
    student: Outputs, teacher: Outputs, at moment: Moment? = nil, state: LossState? = nil
  ) throws -> Loss {
    let (moment, state) = (try checked(moment), try checked(state))
    let summands = reportedSummands
    guard let (student, teacher) = try batch(student, teacher.detached) else {
      return emptyLoss(of: student, at: moment, memory: state.memory)
    }
    let weights = try weights(
      of: summands, student: student, teacher: teacher, at: moment, state: state)
    var evaluation = Evaluation(
      of: self, student: student, teacher: teacher, moment: moment, state: state)
    let terms = try summands.indices.map { index in
      let weight = weights.ofTerms[index]
      return Loss.Term(
        name: summands[index].name, weight: weight.number,
        value: weight.isZero ? nil : try evaluation.placedValue(of: summands[index]))
    }
    var total: Tensor?
    for (term, weight) in zip(terms, weights.ofTerms) {
      guard let weighted = term.value.map({ weight * $0 }) else { continue }
      total = total.map { $0 + weighted } ?? weighted
    }
    if let price = weights.price { total = total.map { $0 + price } ?? price }
    try checkNames(of: state, after: evaluation)
    return Loss(
      total: total ?? .zero(from: student), terms: terms,
      price: weights.price.map { Double($0.scalar) } ?? 0,
      memory: evaluation.memory.isEmpty
        ? state.memory : state.memory.merging(evaluation.memory) { _, new in new })
  }

  /// The loss of `student` against `teacher` on one batch as numbers: its value, its terms, and its
  /// gradient at the student's outputs.
  ///
  /// - Parameters:
  ///   - student: The student's outputs. ``Outputs/exampleWeights`` say which examples count, and
  ///     ``Outputs/tokenMask`` which tokens.
  ///   - teacher: The teacher's outputs, which are constants.
  ///   - moment: The moment in training. Chance and weights that move depend on it; a loss with neither
  ///     needs none.
  ///   - state: The tensors that the loss owns, at first ``initialState(student:teacher:seed:)``; a loss
  ///     that owns none needs none.
  ///   - withGradients: Whether the gradients are computed.
  /// - Returns: The value, each term with its weight at this step, and the gradients at the student's outputs
  ///   and at the parameters that the state holds.
  /// - Throws: ``DistillationError`` if an output is missing or does not fit, or if no moment or no
  ///   state is given and the loss needs it.
  public func evaluate(
    student: Outputs, teacher: Outputs, at moment: Moment? = nil,
    state: LossState? = nil, withGradients: Bool = true
  ) throws -> LossEvaluation {
    let student = withGradients ? student.variables : student.detached
    var state = state?.detached
    if withGradients, let parameters = state?.parameters, !parameters.isEmpty {
      state?.parameters = parameters.mapValues { $0.variable }
    }
    let loss = try self(student: student, teacher: teacher, at: moment, state: state)
    let terms = loss.terms.map {
      LossEvaluation.Term(
        name: $0.name, weight: $0.weight, value: $0.value.map { Double($0.scalar) })
    }
    var found: Outputs = [:]
    var ofParameters: [String: Tensor] = [:]
    if withGradients {
      let names = student.tensors.keys.filter { !Outputs.descriptions.contains($0) }.sorted()
      let parameters = state?.parameters.keys.sorted() ?? []
      var variables = names.compactMap { student.tensors[$0] }
      if !parameters.isEmpty { variables += parameters.compactMap { state?.parameters[$0] } }
      let gradients = constantGradients(of: loss.total, withRespectTo: variables)
      found.tensors = Dictionary(uniqueKeysWithValues: zip(names, gradients))
      if !parameters.isEmpty {
        let others = gradients.dropFirst(names.count)
        ofParameters = Dictionary(uniqueKeysWithValues: zip(parameters, others))
      }
    }
    return LossEvaluation(
      value: terms.reduce(loss.price) { $0 + $1.weight * ($1.value ?? 0) }, terms: terms,
      gradients: found, parameterGradients: ofParameters, memory: loss.memory, price: loss.price)
  }
}

extension LossEvaluation {
  /// The first number that is not finite, in words; `nil` if all are. Of finite outputs, it exceeds Float32.
  package var overflow: String? {
    for term in terms {
      guard let number = term.value, !number.isFinite else { continue }
      return "'\(term.name)' overflows: its value is \(number.text(figures: 1))"
    }
    let all = gradients.tensors.merging(parameterGradients) { own, _ in own }
    for (name, gradient) in all.sorted(by: { $0.key < $1.key }) {
      guard let (index, value) = gradient.firstNonFinite else { continue }
      let text = Double(value).text(figures: 1)
      return "the gradient at '\(name)' overflows: it holds \(text) at \(index)"
    }
    return nil
  }
}
