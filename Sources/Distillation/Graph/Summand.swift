extension LossGraph {
  /// A named term of the sum.
  public struct Summand: Sendable {
    /// What it is reported under.
    public internal(set) var name: String

    /// How a formula would write it.
    public let formula: String

    /// The number before it; ``weighting`` says what else its weight follows.
    public internal(set) var weight: Double

    /// The outputs that it reads, of either network.
    public let studentOutputs: [OutputName]
    public let teacherOutputs: [OutputName]

    var content: Content

    /// What its parameters are read from: the term that formulas call by this name. A match and a
    /// primitive term have none.
    package let settings: (any Configurable)?

    /// What its weight follows beside the number, from the outermost rule to the innermost.
    var schedules: [WeightSchedule] = []
    var place: Place?

    init(
      name: String, formula: String, weight: Double, reading outputs: ([OutputName], [OutputName]),
      content: Content, settings: (any Configurable)? = nil
    ) {
      (self.name, self.formula, self.weight) = (name, formula, weight)
      (studentOutputs, teacherOutputs) = outputs
      (self.content, self.settings) = (content, settings)
    }

    /// How the value of a term is computed.
    enum Content: Sendable {
      case match(Match)
      case primitive(any PrimitiveTerm)
      /// The body of a named term.
      case sum([Summand])
      /// Sums that are weighted by how far each is behind; the larger the temperature, the more
      /// alike their weights.
      case mixture([[Summand]], temperature: Double)
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

  /// The matches that it consists of, each with the product of the numbers before it.
  package var matches: [(coefficient: Double, match: LossGraph.Match)] {
    switch content {
    case .match(let match): [(1, match)]
    case .primitive: []
    case .sum(let terms): terms.weightedMatches
    case .mixture(let arguments, _): arguments.flatMap { $0.weightedMatches }
    }
  }

  /// The parts that are no matches.
  package var primitives: [Primitive] {
    switch content {
    case .match: []
    case .primitive(let term):
      [
        Primitive(
          coefficient: 1, formula: formula, studentOutputs: studentOutputs,
          teacherOutputs: teacherOutputs, smallestDivisor: term.smallestDivisor)
      ]
    case .sum(let terms) where terms.allSatisfy { !$0.isNamed && $0.matches.isEmpty }:
      // Its name says more than those of its parts.
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

  /// A part of a term that is no match, such as `ce`: it reads outputs as it likes.
  package struct Primitive: Sendable {
    /// The product of the numbers before it.
    package var coefficient: Double
    /// How a formula would write it.
    package let formula: String
    package let studentOutputs: [OutputName]
    package let teacherOutputs: [OutputName]
    let smallestDivisor: Double?
    /// Whether it is all that a term consists of, and not a part of it.
    package var isTerm = true
  }
}

extension [LossGraph.Summand] {
  fileprivate var weightedMatches: [(coefficient: Double, match: LossGraph.Match)] {
    flatMap { term in term.matches.map { ($0.coefficient * term.weight, $0.match) } }
  }

  fileprivate var weightedPrimitives: [LossGraph.Summand.Primitive] {
    flatMap { term in
      term.primitives.map { primitive in
        var primitive = primitive
        primitive.coefficient *= term.weight
        primitive.isTerm = false
        return primitive
      }
    }
  }
}
