/// What a report says of one run, as plain values.
public struct RunReport: Sendable {
  public var title: String
  /// What the recipe says that it tests, and where that was claimed.
  public var claim: String?
  public var source: String?
  public var verdict: Verdict
  /// What the numbers lack, in sentences: students that diverged.
  public var problems: [String] = []
  /// What was measured, what the run is about first. Fractions.
  public var metrics: [Metric]
  public var rows: [Row]
  public var teachers: [Teacher]
  public var seeds: [UInt64]
  public var features: Features?
  public var retrieval: Retrieval?
  /// Machine, version, command, ….
  public var facts: [Fact]
  /// The resolved recipe, as JSON.
  public var recipe: String

  public init(
    title: String, claim: String? = nil, source: String? = nil, verdict: Verdict,
    metrics: [Metric], rows: [Row], teachers: [Teacher] = [], seeds: [UInt64],
    features: Features? = nil, retrieval: Retrieval? = nil, facts: [Fact] = [],
    recipe: String = ""
  ) {
    (self.title, self.claim, self.source, self.verdict) = (title, claim, source, verdict)
    (self.metrics, self.rows, self.teachers, self.seeds) = (metrics, rows, teachers, seeds)
    (self.features, self.retrieval) = (features, retrieval)
    (self.facts, self.recipe) = (facts, recipe)
  }

  public struct Verdict: Sendable {
    public enum Outcome: Sendable {
      case holds, doesNotHold, notResolved
      /// A claim without a comparison that tests it, and no claim.
      case notTested, nothingClaimed
    }

    public var outcome: Outcome
    /// Why: one a comparison.
    public var findings: [Finding]

    public init(_ outcome: Outcome, _ findings: [Finding]) {
      (self.outcome, self.findings) = (outcome, findings)
    }
  }

  /// What was found of one comparison, or beside any.
  public struct Finding: Sendable {
    /// `nil` of what was not compared.
    public var outcome: Verdict.Outcome?
    public var text: String

    public init(_ outcome: Verdict.Outcome?, _ text: String) {
      (self.outcome, self.text) = (outcome, text)
    }
  }

  /// One metric of every row that has it.
  public struct Metric: Sendable {
    public var name: String
    public var entries: [Entry]

    public init(name: String, entries: [Entry]) {
      (self.name, self.entries) = (name, entries)
    }
  }

  public struct Entry: Sendable {
    public var row: String
    /// One a seed.
    public var values: [Double]
    /// Those of the values, where it is not all of the run's.
    public var seeds: [UInt64]?
    /// None where no seed has a value.
    public var mean: Double?
    public var standardDeviation: Double?
    /// To the first row, seed by seed of those that both have; none for the first row itself, and
    /// where they have none in common.
    public var difference: Difference?
    /// What stands in place of the mean where there is none.
    public var outcome: String

    public init(
      row: String, values: [Double], seeds: [UInt64]? = nil, mean: Double?,
      standardDeviation: Double?, difference: Difference?, outcome: String = "–"
    ) {
      (self.row, self.values, self.seeds, self.mean) = (row, values, seeds, mean)
      (self.standardDeviation, self.difference) = (standardDeviation, difference)
      self.outcome = outcome
    }
  }

  public struct Difference: Sendable {
    /// One a seed that both rows have.
    public var values: [Double]
    public var mean: Double
    /// The 95 % confidence interval; none for one seed.
    public var interval: ClosedRange<Double>?

    public init(values: [Double], mean: Double, interval: ClosedRange<Double>?) {
      (self.values, self.mean, self.interval) = (values, mean, interval)
    }
  }

  public struct Row: Sendable {
    public var name: String
    public var formula: String
    public var network: String
    public var parameters: Int
    public var seconds: Double
    /// One history a student.
    public var histories: [[Epoch]]
    public var terms: [Term]
    /// What the terms are computed from.
    public var graph: [Node]
    /// What else there is to know: who diverged, who teaches, how a weight was chosen,
    /// warnings.
    public var notes: [String] = []

    public init(
      name: String, formula: String, network: String, parameters: Int, seconds: Double,
      histories: [[Epoch]], terms: [Term] = [], graph: [Node] = []
    ) {
      (self.name, self.formula, self.network) = (name, formula, network)
      (self.parameters, self.seconds) = (parameters, seconds)
      (self.histories, self.terms, self.graph) = (histories, terms, graph)
    }
  }

  public struct Teacher: Sendable {
    public var network: String
    public var parameters: Int
    /// `nil` where it was loaded.
    public var seconds: Double?
    /// By name. Fractions.
    public var metrics: [String: Double]

    public init(
      network: String, parameters: Int, seconds: Double?, metrics: [String: Double]
    ) {
      (self.network, self.parameters) = (network, parameters)
      (self.seconds, self.metrics) = (seconds, metrics)
    }
  }

  public struct Epoch: Sendable {
    public var epoch: Int
    public var loss: Double
    public var accuracy: Double
    public var terms: [(name: String, weight: Double, value: Double)]
    /// Of each term's weighted gradient at the student's outputs, at the end of the epoch: its norm,
    /// and its cosine with the whole gradient. Empty where that was not measured.
    public var gradients: [(norm: Double, cosine: Double)]

    public init(
      epoch: Int, loss: Double, accuracy: Double,
      terms: [(name: String, weight: Double, value: Double)],
      gradients: [(norm: Double, cosine: Double)] = []
    ) {
      (self.epoch, self.loss, self.accuracy, self.terms) = (epoch, loss, accuracy, terms)
      self.gradients = gradients
    }
  }

  /// A term of a loss: its weight, how a formula writes it, and its equation.
  public struct Term: Sendable {
    public var weight: String
    public var formula: String
    public var equation: String?

    public init(weight: String, formula: String, equation: String?) {
      (self.weight, self.formula, self.equation) = (weight, formula, equation)
    }
  }

  /// A value that a loss computes, and what is computed from it.
  public struct Node: Sendable {
    public var label: String
    public var children: [Node]

    public init(label: String, children: [Node]) { (self.label, self.children) = (label, children) }
  }

  public struct Fact: Sendable {
    public var name: String
    public var value: String

    public init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }
  }
}
