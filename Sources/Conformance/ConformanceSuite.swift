public import Distillation
import Tensors

/// Everything that must hold of a loss, and what it claims of itself, checked on small outputs that
/// are made for it.
///
///     let suite = try ConformanceSuite(of: "rkd.distance", in: .linked)
///     for finding in suite.findings() where !finding.passed { print(finding) }
///
/// The outputs are made from the names that the loss reads: see ``Distillation/Outputs``. Student
/// and teacher have as many features as differ without the loss refusing them.
public struct ConformanceSuite: Sendable {
  /// How a formula writes the loss.
  public let formula: String

  /// What the loss claims to be unchanged by.
  public let invariances: [Invariance]

  /// Whether the loss claims to be 0 where the student's outputs are the teacher's.
  public let isZeroAtTeacher: Bool

  /// Whether the loss claims that it and its gradient are 0 for a batch of one example.
  public let isZeroForOneExample: Bool

  /// Whether every term has its default settings. The claims are of these: under others they are
  /// tried, and no finding fails for them.
  public let isOfDefaults: Bool

  let loss: CheckedLoss

  /// The loss under settings in which the gradient is the derivative of the value.
  let differentiable: CheckedLoss

  package init(
    formula: String, invariances: [Invariance], isZeroAtTeacher: Bool,
    isZeroForOneExample: Bool = false, isOfDefaults: Bool = true,
    loss: CheckedLoss, differentiable: CheckedLoss
  ) {
    self.formula = formula
    self.invariances = invariances
    self.isZeroAtTeacher = isZeroAtTeacher
    self.isZeroForOneExample = isZeroForOneExample
    self.isOfDefaults = isOfDefaults
    self.loss = loss
    self.differentiable = differentiable
  }

  /// For the term with its default settings.
  public init<T: NamedTerm>(of term: T.Type) {
    self.init(
      formula: T.name, invariances: T.invariances, isZeroAtTeacher: T.isZeroAtTeacher,
      isZeroForOneExample: T.isZeroForOneExample,
      loss: CheckedLoss(LossGraph(T())), differentiable: CheckedLoss(LossGraph(T.differentiable)))
  }

  /// For the loss that a formula describes. It claims what all its terms claim, which is required
  /// of it where all have their default settings.
  ///
  /// Throws ``DistillationError`` where the formula is none, as ``Registry/loss(_:)`` does.
  public init(of formula: String, in registry: Registry) throws {
    if let term = registry.terms[formula] {
      self.init(of: term)
      return
    }
    let graph = try registry.loss(formula)
    let summands = graph.reportedSummands
    let terms = summands.map { ($0.settings as? any NamedTerm).map { type(of: $0) } }
    self.init(
      formula: formula,
      invariances: Invariance.allCases.filter { invariance in
        terms.allSatisfy { $0?.invariances.contains(invariance) == true }
      },
      isZeroAtTeacher: terms.allSatisfy { $0?.isZeroAtTeacher == true },
      isZeroForOneExample: terms.allSatisfy { $0?.isZeroForOneExample == true },
      isOfDefaults: zip(summands, terms).allSatisfy { $0.formula == $1?.name },
      loss: CheckedLoss(graph),
      differentiable: CheckedLoss(graph.differentiable))
  }
}

extension ConformanceSuite {
  /// What every check found, in the order in which one would read it.
  ///
  /// A loss that throws has failed the check in which it does.
  public func findings() -> [Finding] {
    findings("gradient") { try gradientFindings() }
      + findings("invariances") { try invarianceFindings() }
      + findings("zero at the teacher") { try isZeroAtTeacher ? [zeroAtTeacherFinding()] : [] }
      + findings("zero for one example") {
        try isZeroForOneExample ? [zeroForOneExampleFinding()] : []
      }
      + findings("teacher is constant") { [try teacherFinding()] }
      + findings("reads what it says") { [try unreadOutputsFinding()] }
      + findings("same bits") { [try sameBitsFinding()] }
      + findings("degenerate inputs") { try degenerateFindings() }
  }

  /// Of a claim: without a limit where it is not required.
  func claimFinding(
    _ name: String, measured: Double, allowed: Double, _ words: String
  ) -> Finding {
    isOfDefaults
      ? Finding(name, measured: measured, allowed: allowed, words)
      : Finding(
        name, measured: measured, allowed: nil,
        "\(words); not required: claims are of the defaults")
  }

  func findings(_ name: String, _ check: () throws -> [Finding]) -> [Finding] {
    do {
      return try check()
    } catch {
      return [Finding(name, passed: false, "\(error)")]
    }
  }
}
