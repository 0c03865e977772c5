import Distillation
import Experiments
import Foundation
import Reports
import Tensors

extension ResultsFolder {
  /// Draws the report from the checkpoints that a run has written. If it cannot be drawn or written, this is said,
  /// and the results stay.
  func writeReport(
    on results: Results, of experiment: Experiment, registry: Registry, program: String,
    _ console: Console
  ) {
    do {
      let diagnostics = try DiagnosticsBuilder(experiment).diagnostics(of: results) {
        path(of: $0, in: experiment.recipe)
      }
      try write(diagnostics)
      let report = RunReport(
        results, diagnostics, called: (path as NSString).lastPathComponent, registry: registry,
        version: Program.version)
      try write(report: ReportPage([report]).html)
    } catch {
      console.note(
        "note: the report is not written: \(error); the results are, and "
          + "'\(program) report \(path.visible)' writes it again")
    }
  }

  /// Writes the results to standard output and says where they are.
  ///
  /// - Throws: ``CommandError/failed(_:)`` if students diverged.
  func show(
    _ results: Results, wereThere: Bool, as format: OutputFormat, _ console: Console
  ) throws {
    switch format {
    case .text: try console.write(results.text(width: console.textWidth))
    case .json: try console.write(String(decoding: results.json, as: UTF8.self) + "\n")
    }
    console.note("results in \(path.visible)" + (wereThere ? ", which were there" : ""))
    if let problem = results.divergenceText { throw CommandError.failed(problem) }
  }
}
