import Conformance
import Distillation
import Reports
import Training

/// The command `kindred check`.
struct Check: Command {
  let name = "check"
  let summary = "Checks that a loss is what it claims to be, on small outputs made for it."
  let discussion = """
    These are checked: the gradient against finite differences; every invariance
    that the loss claims; that it is 0 at student = teacher and 0 for one example,
    if it claims so; that no gradient reaches the teacher; that one thread and two
    give the same bits; that each parameter of a term changes something; and that
    inputs such as n = 1, equal rows, zero rows and dead maps never give NaN. If a
    check fails, the exit code is 1.

    Weights that move (ramp, cosineRamp, gradientNorm, uncertainty) are constants
    within a step. The gradient is checked with the plain numbers as weights.
    Everything else is checked as in the middle of a training. A term whose weight
    is 0 there is not evaluated. To check such a term, name it alone.

    Examples:
      kindred check
      kindred check rkd.distance
      kindred check 'rkd.angle(delta: 2)' 'ce + 0.9*kd' --format json
    """

  let registry: Registry

  let losses = Parameter<[String]>.argument(
    "NAME|FORMULA", completion: .names(.terms),
    "What to check. Without it, every registered term.")
  let format = Parameter<OutputFormat>.option(
    "format", default: .text, "How the findings are written.")

  func run(_ arguments: Arguments, console: Console) throws {
    let named = arguments[losses]
    // All names are read before the first is checked.
    let suites = try (named.isEmpty ? registry.terms.keys.sorted() : named).map { try suite($0) }
    let reports = suites.enumerated().map { index, suite in
      console.showStatus("\(index + 1) of \(suites.count): \(suite.formula)")
      return CheckReport(formula: suite.formula, findings: suite.findings())
    }
    switch arguments[format] {
    case .text:
      let tables =
        named.isEmpty
        ? [CheckReport.summary(of: reports)] + reports.map { $0.failures }.filter { !$0.isEmpty }
        : reports.map { $0.table }
      let width = console.textWidth
      let texts = zip(tables, titles(named, reports)).map { $1 + $0.text(width: width) }
      try console.write(texts.joined(separator: "\n"))
    case .json: try console.write(JSON.array(reports.map { $0.json }).text + "\n")
    }
    let findings = reports.flatMap { $0.findings }
    let failed = findings.count { !$0.passed }
    guard failed == 0 else {
      throw CommandError.failed("\(failed) of \(findings.count) checks failed")
    }
  }

  /// The titles of the tables: each names its loss, unless that is obvious.
  private func titles(_ named: [String], _ reports: [CheckReport]) -> [String] {
    named.isEmpty
      ? [""] + reports.filter { !$0.failures.isEmpty }.map { "\($0.formula)\n" }
      : reports.map { named.count > 1 ? "\($0.formula)\n" : "" }
  }

  private func suite(_ formula: String) throws -> ConformanceSuite {
    let isName = formula.allSatisfy { $0.isLetter || $0.isNumber || $0 == "." }
    // A formula's error says where a relation, for example, belongs.
    let isMisplaced = registry.misplaced(String(formula.prefix { $0 != "." }), as: .term) != nil
    guard !isName || registry.terms[formula] != nil || isMisplaced else {
      throw DistillationError.unknownName(
        formula, kind: "term", available: registry.terms.keys.sorted())
    }
    return try ConformanceSuite(of: formula, in: registry)
  }
}
