/// What a report says of one run, as plain values.
package struct RunReport: Sendable {
  package var title: String
  /// What the recipe says that it tests, and where that was claimed.
  package var claim: String?
  package var source: String?
  package var verdict: Verdict
  /// What the numbers lack, in sentences: students that diverged.
  package var problems: [String] = []
  /// What was measured, what the run is about first. Fractions.
  package var metrics: [Metric]
  package var rows: [Row]
  package var teachers: [Teacher]
  package var seeds: [UInt64]
  package var features: Features?
  package var retrieval: Retrieval?
  /// Machine, version, command, ….
  package var facts: [Fact]
  /// The resolved recipe, as JSON.
  package var recipe: String

  package init(
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

  package struct Verdict: Sendable {
    package enum Outcome: Sendable {
      case holds, doesNotHold, notResolved
      /// A claim without a comparison that tests it, and no claim.
      case notTested, nothingClaimed
    }

    package var outcome: Outcome
    /// Why: one a comparison.
    package var findings: [Finding]

    package init(_ outcome: Outcome, _ findings: [Finding]) {
      (self.outcome, self.findings) = (outcome, findings)
    }
  }

  /// What was found of one comparison, or beside any.
  package struct Finding: Sendable {
    /// `nil` of what was not compared.
    package var outcome: Verdict.Outcome?
    package var text: String

    package init(_ outcome: Verdict.Outcome?, _ text: String) {
      (self.outcome, self.text) = (outcome, text)
    }
  }

  /// One metric of every row that has it.
  package struct Metric: Sendable {
    package var name: String
    package var entries: [Entry]

    package init(name: String, entries: [Entry]) {
      (self.name, self.entries) = (name, entries)
    }
  }

  package struct Entry: Sendable {
    package var row: String
    /// One a seed.
    package var values: [Double]
    /// Those of the values, where it is not all of the run's.
    package var seeds: [UInt64]?
    /// None where no seed has a value.
    package var mean: Double?
    package var standardDeviation: Double?
    /// To the first row, seed by seed of those that both have; none for the first row itself, and
    /// where they have none in common.
    package var difference: Difference?
    /// What stands in place of the mean where there is none.
    package var outcome: String

    package init(
      row: String, values: [Double], seeds: [UInt64]? = nil, mean: Double?,
      standardDeviation: Double?, difference: Difference?, outcome: String = "–"
    ) {
      (self.row, self.values, self.seeds, self.mean) = (row, values, seeds, mean)
      (self.standardDeviation, self.difference) = (standardDeviation, difference)
      self.outcome = outcome
    }
  }

  package struct Difference: Sendable {
    /// One a seed that both rows have.
    package var values: [Double]
    package var mean: Double
    /// The 95 % confidence interval; none for one seed.
    package var interval: ClosedRange<Double>?

    package init(values: [Double], mean: Double, interval: ClosedRange<Double>?) {
      (self.values, self.mean, self.interval) = (values, mean, interval)
    }
  }

  package struct Row: Sendable {
    package var name: String
    package var formula: String
    package var network: String
    package var parameters: Int
    package var seconds: Double
    /// One history a student.
    package var histories: [[Epoch]]
    package var terms: [Term]
    /// What the terms are computed from.
    package var graph: [Node]
    /// What else there is to know: who diverged, who teaches, how a weight was chosen,
    /// warnings.
    package var notes: [String] = []

    package init(
      name: String, formula: String, network: String, parameters: Int, seconds: Double,
      histories: [[Epoch]], terms: [Term] = [], graph: [Node] = []
    ) {
      (self.name, self.formula, self.network) = (name, formula, network)
      (self.parameters, self.seconds) = (parameters, seconds)
      (self.histories, self.terms, self.graph) = (histories, terms, graph)
    }
  }

  package struct Teacher: Sendable {
    package var network: String
    package var parameters: Int
    /// `nil` where it was loaded.
    package var seconds: Double?
    /// By name. Fractions.
    package var metrics: [String: Double]

    package init(
      network: String, parameters: Int, seconds: Double?, metrics: [String: Double]
    ) {
      (self.network, self.parameters) = (network, parameters)
      (self.seconds, self.metrics) = (seconds, metrics)
    }
  }

  package struct Epoch: Sendable {
    package var epoch: Int
    package var loss: Double
    package var accuracy: Double
    package var terms: [(name: String, weight: Double, value: Double)]
    /// Of each term's weighted gradient at the student's outputs, at the end of the epoch: its norm,
    /// and its cosine with the whole gradient. Empty where that was not measured.
    package var gradients: [(norm: Double, cosine: Double)]

    package init(
      epoch: Int, loss: Double, accuracy: Double,
      terms: [(name: String, weight: Double, value: Double)],
      gradients: [(norm: Double, cosine: Double)] = []
    ) {
      (self.epoch, self.loss, self.accuracy, self.terms) = (epoch, loss, accuracy, terms)
      self.gradients = gradients
    }
  }

  /// A term of a loss: its weight, how a formula writes it, and its equation.
  package struct Term: Sendable {
    package var weight: String
    package var formula: String
    package var equation: String?

    package init(weight: String, formula: String, equation: String?) {
      (self.weight, self.formula, self.equation) = (weight, formula, equation)
    }
  }

  /// A value that a loss computes, and what is computed from it.
  package struct Node: Sendable {
    package var label: String
    package var children: [Node]

    package init(label: String, children: [Node]) {
      (self.label, self.children) = (label, children)
    }
  }

  package struct Fact: Sendable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }
  }
}
