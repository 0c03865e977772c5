public import Distillation
import Tensors

/// Checks everything that must hold for any loss, and every claim that this loss makes, on small
/// outputs that are made for it.
///
///     let suite = try ConformanceSuite(of: "rkd.distance", in: .linked)
///     for finding in suite.findings() where !finding.passed { print(finding) }
///
/// The outputs follow from the names that the loss reads: see ``Distillation/Outputs``. If the loss
/// allows it, student and teacher have different numbers of features.
public struct ConformanceSuite: Sendable {
  /// The loss, written as a formula.
  public let formula: String

  /// The changes of the outputs that leave the loss as it is, according to its claims.
  public let invariances: [Invariance]

  /// Whether the loss claims to be 0 if the student's outputs equal the teacher's.
  public let isZeroAtTeacher: Bool

  /// Whether the loss claims that it and its gradient are 0 for a batch of one example.
  public let isZeroForOneExample: Bool

  /// Whether every term has its default settings. Claims are made for the defaults: with other
  /// settings they are tried too, but a finding about them cannot fail.
  public let isOfDefaults: Bool

  let loss: CheckedLoss

  /// The loss with the settings for which the gradient is the derivative of the value.
  let differentiable: CheckedLoss

  /// What is wrong with the composition of the loss, if something is.
  private(set) var problem: String?

  /// The parameters without effect on a batch, if the loss is a term that has parameters.
  private(set) var idleParameters: (@Sendable (Batch) -> [String])?

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

  /// Makes the suite for a term with its default settings.
  public init<T: NamedTerm>(of term: T.Type) {
    self.init(
      formula: T.name, invariances: T.invariances, isZeroAtTeacher: T.isZeroAtTeacher,
      isZeroForOneExample: T.isZeroForOneExample,
      loss: CheckedLoss(LossGraph(unchecked: T.standard)),
      differentiable: CheckedLoss(LossGraph(unchecked: T.differentiable)))
    do {
      _ = try LossGraph(T.standard)
    } catch {
      problem = "\(error)"
    }
    if !T.standard.parameters.isEmpty { idleParameters = { T.idleParameters(on: $0) } }
  }

  /// Makes the suite for the loss that a formula describes. The loss claims what all its terms
  /// claim. These claims are required if all terms have their default settings.
  ///
  /// - Throws: ``/Distillation/DistillationError`` if the formula is not valid, as
  ///   ``/Distillation/Registry/loss(_:)`` does.
  public init(of formula: String, in registry: Registry) throws {
    if let term = registry.terms[formula] {
      self.init(of: term)
      return
    }
    self.init(of: try registry.loss(formula), as: formula)
  }

  /// Makes the suite for a loss that is composed in Swift. The loss claims what all its terms claim. These
  /// claims are required if all terms have their default settings.
  ///
  ///     let loss = try LossGraph {
  ///       CrossEntropy()
  ///       25 * RKD.Distance()
  ///     }
  ///     for finding in ConformanceSuite(of: loss).findings() where !finding.passed { print(finding) }
  public init(of loss: LossGraph) { self.init(of: loss, as: loss.formula) }

  private init(of graph: LossGraph, as formula: String) {
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
  /// Makes all checks and returns their findings, in the order in which one would read them.
  ///
  /// If the loss throws during a check, that check has failed.
  public func findings() -> [Finding] {
    (problem.map { [Finding("composition", passed: false, $0)] } ?? [])
      + findings("gradient") { try gradientFindings() }
      + findings("invariances") { try invarianceFindings() }
      + findings("zero at the teacher") { try isZeroAtTeacher ? [zeroAtTeacherFinding()] : [] }
      + findings("zero for one example") {
        try isZeroForOneExample ? [zeroForOneExampleFinding()] : []
      }
      + findings("teacher is constant") { [try teacherFinding()] }
      + findings("reads what it says") { [try unreadOutputsFinding()] }
      + findings("absent examples") { [try absentExamplesFinding()] }
      + findings("masked tokens") { try maskedTokensFindings() }
      + findings("same bits") { [try sameBitsFinding()] }
      + findings("ignored labels") { try ignoredLabelFindings() }
      + findings("empty memory") { try emptyMemoryFindings() }
      + findings("parameters") { try parameterFindings() }
      + findings("degenerate inputs") { try degenerateFindings() }
  }

  /// The finding about a claim. If the claim is not required, the finding has no limit. If it fails, it
  /// says what a term states that does not make the claim.
  func claimFinding(
    _ name: String, measured: Double, allowed: Double, _ words: String,
    otherwise statement: String? = nil
  ) -> Finding {
    guard isOfDefaults else {
      return Finding(
        name, measured: measured, allowed: nil,
        "\(words); not required: claims are of the defaults")
    }
    let finding = Finding(name, measured: measured, allowed: allowed, words)
    guard let statement, !finding.passed else { return finding }
    return Finding(
      name, measured: measured, allowed: allowed,
      "\(words); a loss that need not be 0 there states '\(statement)'")
  }

  func findings(_ name: String, _ check: () throws -> [Finding]) -> [Finding] {
    do {
      return try check()
    } catch {
      return [Finding(name, passed: false, "\(error)")]
    }
  }
}
