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

  let loss: CheckedLoss

  /// The loss under settings in which the gradient is the derivative of the value.
  let differentiable: CheckedLoss

  package init(
    formula: String, invariances: [Invariance], isZeroAtTeacher: Bool, loss: CheckedLoss,
    differentiable: CheckedLoss
  ) {
    self.formula = formula
    self.invariances = invariances
    self.isZeroAtTeacher = isZeroAtTeacher
    self.loss = loss
    self.differentiable = differentiable
  }

  /// For the term with its default settings.
  public init<T: NamedTerm>(of term: T.Type) {
    self.init(
      formula: T.name, invariances: T.invariances, isZeroAtTeacher: T.isZeroAtTeacher,
      loss: CheckedLoss(LossGraph(T())), differentiable: CheckedLoss(LossGraph(T.differentiable)))
  }

  /// For the loss that a formula describes. It claims what all its terms claim.
  ///
  /// Throws ``DistillationError`` where the formula is none, as ``Registry/loss(_:)`` does.
  public init(of formula: String, in registry: Registry) throws {
    if let term = registry.terms[formula] {
      self.init(of: term)
      return
    }
    let graph = try registry.loss(formula)
    let terms = graph.summands.filter { $0.weight != 0 }.map { summand in
      registry.terms[String(summand.formula.prefix { $0 != "(" })]
    }
    self.init(
      formula: formula,
      invariances: Invariance.allCases.filter { invariance in
        terms.allSatisfy { $0?.invariances.contains(invariance) == true }
      },
      isZeroAtTeacher: terms.allSatisfy { $0?.isZeroAtTeacher == true },
      loss: CheckedLoss(graph),
      differentiable: CheckedLoss(try registry.loss(graph.differentiableFormula(in: registry))))
  }
}

extension ConformanceSuite {
  /// What every check found, in the order in which one would read it.
  ///
  /// A loss that throws has failed the check in which it does.
  public func findings() -> [Finding] {
    findings("gradient") { try gradientFindings() }
      + findings("invariances") { try invarianceFindings() }
      + [
        finding("zero at the teacher") { try zeroAtTeacherFinding() },
        finding("teacher is constant") { try teacherFinding() },
        finding("reads what it says") { try unreadOutputsFinding() },
        finding("same bits") { try sameBitsFinding() },
      ].compactMap { $0 }
      + findings("degenerate inputs") { try degenerateFindings() }
  }

  private func findings(_ name: String, _ check: () throws -> [Finding]) -> [Finding] {
    do {
      return try check()
    } catch {
      return [Finding(name, passed: false, "\(error)")]
    }
  }

  func finding(_ name: String, _ check: () throws -> Finding) -> Finding {
    do {
      return try check()
    } catch {
      return Finding(name, passed: false, "\(error)")
    }
  }

  func finding(_ name: String, _ check: () throws -> Finding?) -> Finding? {
    do {
      return try check()
    } catch {
      return Finding(name, passed: false, "\(error)")
    }
  }
}

extension LossGraph {
  /// The formula with each term's settings changed to those of its `differentiable`, but for what
  /// the formula sets itself.
  fileprivate func differentiableFormula(in registry: Registry) -> String {
    summands.filter { $0.weight != 0 }.map { summand in
      let name = String(summand.formula.prefix { $0 != "(" })
      let given = summand.formula.dropFirst(name.count).dropFirst().dropLast()
      let changed = registry.terms[name].map { changedSettings($0) } ?? []
      let arguments =
        (given.isEmpty ? [] : [String(given)])
        + changed.filter { !given.contains("\($0.name): ") }.map { "\($0.name): \($0.text)" }
      let call = arguments.isEmpty ? name : "\(name)(\(arguments.joined(separator: ", ")))"
      return "\(summand.weight) * \(call)"
    }
    .joined(separator: " + ")
  }

  private func changedSettings<T: NamedTerm>(_ term: T.Type) -> [(name: String, text: String)] {
    zip(T.differentiable.parameters, T().parameters)
      .map { (name: $0.name, text: describe($0.value), standard: describe($1.value)) }
      .filter { $0.text != $0.standard }.map { ($0.name, $0.text) }
  }
}
