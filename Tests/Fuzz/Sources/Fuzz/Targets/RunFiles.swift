import Foundation
import Kindred

@testable import Experiments
@testable import KindredCLI
@testable import Reports
@testable import Training

// The files of a run's folder.

extension FuzzTarget {
  /// Results make a report and tables, and stay the same when they are written and read again.
  static let results = FuzzTarget(name: "results") { bytes in
    let read = accepted(unless: ExperimentError.self, SettingError.self, DecodingError.self) {
      try Results.read(Data(bytes))
    }
    guard let results = read else { return }
    draw(results, nil)
    _ = results.markdown(called: "folder")
    let text = required("results are no JSON") { try results.json }
    let again = required("results that were written are none") { try Results.read(text).json }
    check(again == text, "results became others")
  }

  /// Diagnostics without a problem can be drawn.
  static let diagnostics = FuzzTarget(name: "diagnostics") { bytes in
    let diagnostics = accepted(unless: ExperimentError.self, DecodingError.self) {
      try CheckedJSON.decode(Diagnostics.self, from: Data(bytes))
    }
    guard let diagnostics, diagnostics.problem == nil else { return }
    draw(small, diagnostics)
  }

  /// Every line is an epoch, and every learner's folder is inside the folder of the export.
  static let metrics = FuzzTarget(name: "metrics") { bytes in
    let learners = accepted(unless: ExperimentError.self) {
      try MetricsFile.learners(in: Data(bytes), rows: ["ce", "kd"])
    }
    for learner in learners ?? [] {
      check(
        !learner.name.isEmpty && !learner.name.contains("/") && learner.name.first != ".",
        "'\(learner.name)' is no name of a folder")
      _ = learner.events(from: 0).bytes
    }
  }

  private static func draw(_ results: Results, _ diagnostics: Diagnostics?) {
    let report = RunReport(
      results, diagnostics, called: "folder", registry: .linked, version: Program.version)
    check(!ReportPage([report]).html.isEmpty, "an empty report")
  }

  /// Results of a small run.
  private static let small: Results = required("a small run fails") {
    try SmallRun.experiment.run { _, _ in }
  }
}
