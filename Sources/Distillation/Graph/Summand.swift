extension LossGraph {
  /// A named term of the sum.
  public struct Summand: Sendable {
    /// The name under which it is reported.
    public internal(set) var name: String

    /// The term as a formula would write it.
    public internal(set) var formula: String

    /// The number before it; `weighting` says what else its weight follows.
    public internal(set) var weight: Double

    /// The student's outputs that it reads.
    public let studentOutputs: [OutputName]

    /// The teacher's outputs that it reads.
    public let teacherOutputs: [OutputName]

    var content: Content

    /// The term that formulas call by this name, with its parameters. A match and a primitive term have
    /// none.
    package let settings: (any Configurable)?

    /// The schedules that its weight follows beside the number, from the outermost to the innermost.
    var schedules: [WeightSchedule] = []
    var place: Place?

    /// The teacher that it says it learns from; `nil` if it does not say which.
    var teacher: TeacherChoice?

    init(
      name: String, formula: String, weight: Double, reading outputs: ([OutputName], [OutputName]),
      content: Content, settings: (any Configurable)? = nil
    ) {
      (self.name, self.formula, self.weight) = (name, formula, weight)
      (studentOutputs, teacherOutputs) = outputs
      (self.content, self.settings) = (content, settings)
    }

    /// The content of a term, from which its value is computed.
    enum Content: Sendable {
      case match(Match)
      /// A term that reads outputs as it likes.
      case primitive(any PrimitiveTerm, as: Form)
      /// The body of a named term.
      case sum([Summand])
      /// Several sums, of which the larger have larger weights. A high temperature makes the weights
      /// alike.
      case mixture([[Summand]], temperature: Double)
    }

    /// What a term needs beside the outputs, with the term itself as one that takes it.
    enum Form: Sendable {
      case ofOutputs
      case ofMoment(any MomentTerm)
      /// The term owns tensors; the number of the owner.
      case stateful(any StatefulTerm, owner: Int)
    }
  }
}

extension LossGraph.Summand {
  /// Whether formulas call it by its name.
  var isNamed: Bool {
    switch content {
    case .match, .primitive: false
    case .sum, .mixture: true
    }
  }

  /// The values of its parameters, in the order of their declaration.
  public var parameters: [(name: String, value: Any)] { settings?.parameters ?? [] }

  /// The matches of which it consists, each with the product of the numbers before it and the schedules
  /// that its weight follows within the term.
  package var matches: [(coefficient: Double, schedules: [WeightSchedule], match: LossGraph.Match)]
  {
    switch content {
    case .match(let match): [(1, [], match)]
    case .primitive: []
    case .sum(let terms): terms.weightedMatches
    case .mixture(let arguments, _): arguments.flatMap { $0.weightedMatches }
    }
  }

  /// The parts of which it consists that are no matches.
  package var primitives: [Primitive] {
    switch content {
    case .match: []
    case .primitive(let term, _):
      [
        Primitive(
          coefficient: 1, formula: formula, studentOutputs: studentOutputs,
          teacherOutputs: teacherOutputs, smallestDivisor: term.smallestDivisor)
      ]
    case .sum(let terms) where terms.allSatisfy { !$0.isNamed && $0.matches.isEmpty }:
      // Its name says more than the names of its parts.
      [
        Primitive(
          coefficient: 1, formula: formula, studentOutputs: studentOutputs,
          teacherOutputs: teacherOutputs,
          smallestDivisor: terms.weightedPrimitives.compactMap { $0.smallestDivisor }.min())
      ]
    case .sum(let terms): terms.weightedPrimitives
    case .mixture(let arguments, _): arguments.flatMap { $0.weightedPrimitives }
    }
  }

  /// A part of a term that is no match, such as `ce`. It reads outputs as it likes.
  package struct Primitive: Sendable {
    /// The product of the numbers before it.
    package var coefficient: Double
    /// The schedules that its weight follows within the term.
    package var schedules: [WeightSchedule] = []
    /// The part as a formula would write it.
    package let formula: String
    package let studentOutputs: [OutputName]
    package let teacherOutputs: [OutputName]
    let smallestDivisor: Double?
    /// Whether it is a whole term, and not a part of one.
    package var isTerm = true
  }
}

extension [LossGraph.Summand] {
  fileprivate var weightedMatches:
    [(coefficient: Double, schedules: [WeightSchedule], match: LossGraph.Match)]
  {
    flatMap { term in
      term.matches.map { ($0.coefficient * term.weight, term.schedules + $0.schedules, $0.match) }
    }
  }

  fileprivate var weightedPrimitives: [LossGraph.Summand.Primitive] {
    flatMap { term in
      term.primitives.map { primitive in
        var primitive = primitive
        primitive.coefficient *= term.weight
        primitive.schedules = term.schedules + primitive.schedules
        primitive.isTerm = false
        return primitive
      }
    }
  }
}
