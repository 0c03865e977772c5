public import Tensors

/// A loss, flattened to a weighted sum of named terms and ready to evaluate.
///
/// Equal relations of equal knowledge are evaluated once, however many terms ask for them. The
/// teacher is a constant. A term of weight 0 is not evaluated.
///
///     let loss = LossGraph(25.0 * RKD.Distance() + 50.0 * RKD.Angle())
///     let result = try loss.evaluate(student: student, teacher: teacher)
///     print(result.value, result.gradients.tensors)
public struct LossGraph: Sendable {
  /// A named term of the sum.
  public struct Summand: Sendable {
    /// What it is reported under.
    public internal(set) var name: String
    /// How a formula would write it.
    public let formula: String
    let isNamed: Bool
    public internal(set) var weight: Double
    /// The outputs that it reads, of either network.
    public let studentOutputs: [String]
    public let teacherOutputs: [String]
    /// The matches that it consists of.
    public let parts: [Part]
    /// What it consists of that is no match.
    public let primitives: [Primitive]
    /// What its parameters are read from; a match and a primitive term have none.
    var settings: (any Configurable)?
    let value: @Sendable (inout Evaluation) throws -> Tensor
    /// The value times a factor, where multiplying the value would cost a pass over the gradient.
    var multiple: (@Sendable (inout Evaluation, Double) throws -> Tensor)?

    /// The value times its weight.
    func weightedValue(_ evaluation: inout Evaluation) throws -> Tensor {
      guard weight != 1 else { return try value(&evaluation) }
      return try multiple?(&evaluation, weight) ?? Tensor(weight) * value(&evaluation)
    }

    /// The values of its parameters, in the order of their declaration.
    public var parameters: [(name: String, value: Any)] { settings?.parameters ?? [] }
  }

  /// What a term consists of that is no match, such as `ce`: it reads outputs as it likes.
  public struct Primitive: Sendable {
    public internal(set) var coefficient: Double
    /// How a formula would write it.
    public let formula: String
    public let studentOutputs: [String]
    public let teacherOutputs: [String]
    let smallestDivisor: Double?
  }

  /// A match within a term: knowledge → relation → … → matcher.
  public struct Part: Sendable {
    public internal(set) var coefficient: Double
    public let knowledge: String
    /// Where it is not the student's.
    public let teacherKnowledge: String?
    public let relations: [String]
    /// Which rows of the relation's value are compared, where not all are.
    public let selection: String?
    public let matcher: String
    /// Whether every entry that it compares relates two or more examples.
    let relatesExamples: Bool
    let smallestDivisor: Double?

    var formula: String {
      let to = teacherKnowledge.map { ", to: \($0)" } ?? ""
      let by = relations == [Identity.name] ? "" : ", by: \(relations.joined(separator: "."))"
      let keeping = selection.map { ", keeping: \($0)" } ?? ""
      return "match(\(knowledge)\(to)\(by)\(keeping), with: \(matcher))"
    }
  }

  /// The terms, in the order of the formula.
  public private(set) var summands: [Summand] = []

  init() {}

  public init(_ term: some LossTerm) {
    term._append(to: &self, weight: 1)
    makeNamesUnique()
  }

  mutating func append(_ summand: Summand) { summands.append(summand) }

  /// Appends a named term, whose body was lowered to `inner`: as one summand, unless it is itself
  /// a sum of named terms.
  mutating func append<Term: NamedTerm>(_ inner: LossGraph, as term: Term, weight: Double) {
    guard !inner.summands.allSatisfy({ $0.isNamed }) else {
      for var summand in inner.summands {
        summand.weight *= weight
        summands.append(summand)
      }
      return
    }
    let outputs = (student: inner.outputs(of: .student), teacher: inner.outputs(of: .teacher))
    let isPrimitive = inner.summands.allSatisfy { !$0.isNamed && $0.parts.isEmpty }
    let itself = Primitive(
      coefficient: 1, formula: term.formula, studentOutputs: outputs.student,
      teacherOutputs: outputs.teacher, smallestDivisor: inner.smallestDivisor)
    summands.append(
      Summand(
        name: Term.name, formula: term.formula, isNamed: true, weight: weight,
        studentOutputs: outputs.student, teacherOutputs: outputs.teacher,
        parts: inner.weightedParts,
        primitives: isPrimitive ? [itself] : inner.weightedPrimitives, settings: term
      ) { evaluation in
        try inner.value(&evaluation)
      })
  }

  /// The matches of all terms, with the terms' weights in their coefficients.
  var weightedParts: [Part] { weighted(\.parts, \.coefficient) }

  /// What is no match in any term, with the terms' weights in the coefficients.
  var weightedPrimitives: [Primitive] { weighted(\.primitives, \.coefficient) }

  private func weighted<Piece>(
    _ pieces: KeyPath<Summand, [Piece]>, _ coefficient: WritableKeyPath<Piece, Double>
  ) -> [Piece] {
    summands.flatMap { summand in
      summand[keyPath: pieces].map { piece in
        var piece = piece
        piece[keyPath: coefficient] *= summand.weight
        return piece
      }
    }
  }

  /// Whether it compares relations among examples, and nothing else.
  var relatesExamples: Bool {
    summands.filter { $0.weight != 0 }.allSatisfy { summand in
      summand.primitives.isEmpty && summand.parts.allSatisfy { $0.relatesExamples }
    }
  }

  /// The least ε that some part adds to a divisor which may be 0; `nil` where none does.
  package var smallestDivisor: Double? {
    summands.filter { $0.weight != 0 }.flatMap { summand in
      summand.parts.compactMap { $0.smallestDivisor }
        + summand.primitives.compactMap { $0.smallestDivisor }
    }
    .min()
  }

  /// The weighted sum, before it is a loss of its own.
  func value(_ evaluation: inout Evaluation) throws -> Tensor {
    try summands.filter { $0.weight != 0 }.reduce(Tensor(0.0)) { sum, summand in
      let term = try summand.weightedValue(&evaluation)
      return sum.isConstant && sum.scalar == 0 ? term : sum + term
    }
  }

  /// Each term as a loss of its own.
  var summandsAlone: [LossGraph] {
    summands.map { summand in
      var graph = LossGraph()
      graph.append(summand)
      return graph
    }
  }

  /// Equal terms become one, with the sum of their weights; others of one name are told apart by
  /// their arguments.
  private mutating func makeNamesUnique() {
    var merged: [Summand] = []
    for summand in summands {
      if let known = merged.firstIndex(where: {
        $0.formula == summand.formula && $0.isNamed && summand.isNamed
      }) {
        merged[known].weight += summand.weight
      } else {
        merged.append(summand)
      }
    }
    summands = merged
    let counts = Dictionary(summands.map { ($0.name, 1) }, uniquingKeysWith: +)
    for i in summands.indices where counts[summands[i].name, default: 0] > 1 {
      summands[i].name = summands[i].formula
    }
  }

  /// The outputs that the loss reads of one network. `lastStage` stands for the last stage.
  public func outputs(of role: Role) -> [String] {
    let read = summands.filter { $0.weight != 0 }
      .flatMap { role == .student ? $0.studentOutputs : $0.teacherOutputs }
    return Set(read).sorted()
  }

  /// The formula of the whole loss.
  public var formula: String {
    summands.map { $0.weight == 1 ? $0.formula : "\(describe($0.weight))*\($0.formula)" }
      .joined(separator: " + ")
  }
}

// MARK: - Evaluation

/// The value of a loss on one batch, with each term under its name.
public struct Loss: Sendable {
  public struct Term: Sendable {
    public let name: String
    public let weight: Double
    /// Before the weight.
    public let value: Tensor
  }

  public let total: Tensor
  public let terms: [Term]
}

/// The value of a loss on one batch as numbers, with the gradient at the student's outputs.
public struct LossEvaluation: Sendable {
  public struct Term: Codable, Hashable, Sendable {
    public let name: String
    public let weight: Double
    /// Before the weight.
    public let value: Double

    public init(name: String, weight: Double, value: Double) {
      (self.name, self.weight, self.value) = (name, weight, value)
    }
  }

  public let value: Double
  public let terms: [Term]
  /// ∂L/∂output for every output of the student, zero where the loss does not read it; none where
  /// they were not asked for.
  public let gradients: Outputs
}

extension LossGraph {
  /// The loss of `student` against `teacher` on one batch, differentiable.
  ///
  /// Throws ``DistillationError`` where an output is missing or does not fit.
  public func callAsFunction(
    student: Outputs, teacher: Outputs, step: Step = Step()
  ) throws -> Loss {
    try checkBatchSizes(student: student, teacher: teacher)
    var evaluation = Evaluation(student: student, teacher: teacher.detached, step: step)
    let terms = try summands.filter { $0.weight != 0 }.map { summand in
      do {
        return Loss.Term(
          name: summand.name, weight: summand.weight, value: try summand.value(&evaluation))
      } catch let error as DistillationError {
        throw DistillationError.inTerm(summand.name, error)
      }
    }
    var total = Tensor(0.0)
    for (index, term) in terms.enumerated() {
      let weighted = term.weight == 1 ? term.value : Tensor(term.weight) * term.value
      total = index == 0 ? weighted : total + weighted
    }
    return Loss(total: total, terms: terms)
  }

  /// The loss of `student` against `teacher` on one batch, its terms, and, where asked for, its
  /// gradient at the student's outputs.
  ///
  /// Throws ``DistillationError`` where an output is missing or does not fit.
  public func evaluate(
    student: Outputs, teacher: Outputs, step: Step = Step(), withGradients: Bool = true
  ) throws -> LossEvaluation {
    let student = withGradients ? student.variables : student.detached
    let loss = try self(student: student, teacher: teacher, step: step)
    let terms = loss.terms.map {
      LossEvaluation.Term(name: $0.name, weight: $0.weight, value: Double($0.value.scalar))
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
      value: terms.reduce(0) { $0 + $1.weight * $1.value }, terms: terms, gradients: found)
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
        let name = name == LastStage.output ? outputs.lastStage : name
        guard let shape = outputs.tensors[name]?.shape, let count = shape.first else { continue }
        try check("the \(role.rawValue)'s '\(name)'", count)
      }
    }
    if let labels = student.labels { try check("the labels", labels.count) }
  }
}
