import Conformance
import Distillation
import Reports

/// The findings for one loss.
struct CheckReport {
  let formula: String
  let findings: [Finding]

  private static func table(_ findings: [Finding]) -> Table {
    var table = Table(["check", "", .number("measured"), .number("allowed"), "what"])
    for finding in findings {
      table.append([
        finding.check, finding.passed ? "PASS" : "FAIL", text(finding.measured),
        text(finding.allowed), finding.words,
      ])
    }
    return table
  }

  private static func text(_ number: Double?) -> String {
    number.map { NumberFormat.significant($0, digits: 2) } ?? ""
  }

  /// The table has one row for each check.
  var table: Table { Self.table(findings) }

  /// The table has one row for each check that failed.
  var failures: Table { Self.table(findings.filter { !$0.passed }) }

  /// The table has one row for each loss.
  static func summary(of reports: [CheckReport]) -> Table {
    var table = Table(["loss", "", .number("checks"), .number("failed")])
    for report in reports {
      let failed = report.findings.count { !$0.passed }
      table.append([
        report.formula, failed == 0 ? "PASS" : "FAIL", "\(report.findings.count)",
        failed == 0 ? "" : "\(failed)",
      ])
    }
    return table
  }

  var json: JSON {
    .object([
      ("loss", .string(formula)), ("passed", .boolean(findings.allSatisfy { $0.passed })),
      (
        "checks",
        .array(
          findings.map { finding in
            .object([
              ("check", .string(finding.check)), ("passed", .boolean(finding.passed)),
              ("measured", finding.measured.map { .number($0) } ?? .null),
              ("allowed", finding.allowed.map { .number($0) } ?? .null),
              ("words", .string(finding.words)),
            ])
          })
      ),
    ])
  }
}

extension Table {
  var isEmpty: Bool { rows.isEmpty }
}
