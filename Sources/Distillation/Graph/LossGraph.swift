import Tensors

/// A loss, flattened to a weighted sum of named terms and ready to evaluate.
///
/// Equal relations of equal knowledge are evaluated once, however many terms ask for them. The
/// teacher is a constant. A term of weight 0 is not evaluated; where its weight is 0 only at some
/// steps, it is still reported at these, without a value.
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
    /// The number before it; ``weighting`` says what else its weight follows.
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
    /// What its weight follows beside the number, from the outermost rule to the innermost.
    var schedules: [WeightSchedule] = []
    var place: Place?
    /// What it holds while it is evaluated, for the outputs of student and teacher.
    let scalarsHeld: @Sendable (Outputs, Outputs) -> [HeldScalars]
    let value: @Sendable (inout Evaluation) throws -> Tensor
    /// The value times a factor, where multiplying the value would cost a pass over the gradient.
    var multiple: (@Sendable (inout Evaluation, Double) throws -> Tensor)?

    /// The value times a weight.
    func value(_ evaluation: inout Evaluation, times weight: Double) throws -> Tensor {
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
    let smallestLength: Double?

    var formula: String {
      let to = teacherKnowledge.map { ", to: \($0)" } ?? ""
      let by = relations == [Identity.name] ? "" : ", by: \(relations.joined(separator: "."))"
      let keeping = selection.map { ", keeping: \($0)" } ?? ""
      return "match(\(knowledge)\(to)\(by)\(keeping), with: \(matcher))"
    }
  }

  /// The terms, in the order of the formula.
  public private(set) var summands: [Summand] = []

  /// The rules by which several terms share their weight.
  var groups: [WeightGroup] = []

  init() {}

  public init(_ term: some LossTerm) {
    self.init(unmerged: term)
    makeNamesUnique()
  }

  /// The same with every term as it is written, to be a part of another.
  init(unmerged term: some LossTerm) {
    term._append(to: &self, weight: 1)
  }

  mutating func append(_ summand: Summand) { summands.append(summand) }

  /// Appends a named term, whose body was lowered to `inner`: as one summand, unless it is itself
  /// a sum of named terms, or its terms share their weight.
  mutating func append<Term: NamedTerm>(_ inner: LossGraph, as term: Term, weight: Double) {
    guard !inner.summands.allSatisfy({ $0.isNamed }), inner.groups.isEmpty else {
      return append(inner, weight: weight)
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
        primitives: isPrimitive ? [itself] : inner.weightedPrimitives, settings: term,
        scalarsHeld: { student, teacher in
          inner.scalarsHeld(student: student, teacher: teacher)
        }
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

  /// The largest ε that some part sets beside a length; `nil` where none does.
  package var smallestLength: Double? {
    summands.filter { $0.weight != 0 }
      .flatMap { $0.parts.compactMap { $0.smallestLength } }.max()
  }

  /// The weighted sum, before it is a loss of its own.
  func value(_ evaluation: inout Evaluation) throws -> Tensor {
    precondition(groups.isEmpty, "[loss] terms within another that share their weight")
    return try summands.reduce(Tensor(0.0)) { sum, summand in
      let weight = summand.scheduledWeight(at: evaluation.step)
      guard weight != 0 else { return sum }
      let term = try summand.value(&evaluation, times: weight)
      return sum.isConstant && sum.scalar == 0 ? term : sum + term
    }
  }

  /// Each term as a loss of its own.
  package var summandsAlone: [LossGraph] {
    summands.map { summand in
      var graph = LossGraph()
      graph.append(summand)
      return graph
    }
  }

  /// Equal terms become one, with the sum of their weights; others of one name are told apart by
  /// their arguments, and at last by what their weights follow.
  private mutating func makeNamesUnique() {
    var merged: [Summand] = []
    for summand in summands {
      if let known = merged.firstIndex(where: {
        $0.formula == summand.formula && $0.isNamed && summand.isNamed
          && $0.schedules == summand.schedules && $0.place?.group == summand.place?.group
          && $0.place?.argument == summand.place?.argument
      }) {
        merged[known].weight += summand.weight
        merged[known].place?.weight += summand.place?.weight ?? 0
      } else {
        merged.append(summand)
      }
    }
    summands = merged
    for i in indicesOfSharedNames { summands[i].name = summands[i].formula }
    for i in indicesOfSharedNames where summands[i].isMoving {
      let names = [summands[i].formula] + summands[i].weighting
      summands[i].name = names.joined(separator: " by ")
    }
    for i in indicesOfSharedNames where summands[i].isMoving {
      summands[i].name += " (\(i + 1))"
    }
  }

  private var indicesOfSharedNames: [Int] {
    let counts = Dictionary(summands.map { ($0.name, 1) }, uniquingKeysWith: +)
    return summands.indices.filter { counts[summands[$0].name, default: 0] > 1 }
  }

  /// The outputs that the loss reads of one network. `lastStage` stands for the last stage.
  public func outputs(of role: Role) -> [String] {
    let read = summands.filter { $0.weight != 0 }
      .flatMap { role == .student ? $0.studentOutputs : $0.teacherOutputs }
    return Set(read).sorted()
  }

  /// The formula of the whole loss.
  public var formula: String { formulaOfSum }
}
