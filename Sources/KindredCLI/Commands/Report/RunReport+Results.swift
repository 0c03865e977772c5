import Distillation
import Experiments
import Foundation
import Reports
import Training

extension RunReport {
  /// What there is to say of a run, which is called as its recipe is or else as its folder.
  init(_ results: Results, _ diagnostics: Diagnostics?, called folder: String, registry: Registry) {
    let recipe = results.recipe
    let measured = ["accuracy"] + recipe.evaluation.names
    let first = recipe.comparisons.first?.metric
    let names = (first.map { [$0] } ?? []) + measured.filter { $0 != first }
    let encoded = try? JSONEncoder.ordered(pretty: true).encode(recipe)
    self.init(
      title: recipe.name.isEmpty ? folder : recipe.name, claim: recipe.claim,
      source: recipe.source, verdict: Verdict(results), metrics: [], rows: [],
      seeds: recipe.seeds, facts: Self.facts(results),
      recipe: encoded.map { String(decoding: $0, as: UTF8.self) } ?? "")
    metrics = names.map { name in
      Metric(name: name, entries: results.entries(of: name))
    }.filter { !$0.entries.isEmpty }
    rows = results.rows.map { Row($0, registry: registry) }
    problems = results.divergenceSentences
    teachers = results.allTeachers.map { teacher in
      Teacher(
        network: teacher.name ?? teacher.network, parameters: teacher.parameters,
        seconds: teacher.isLoaded ? nil : teacher.seconds, metrics: teacher.metrics)
    }
    if let diagnostics {
      features = Features(
        diagnostics,
        // Of several teachers an older file has the first.
        teacher: results.teachers == nil ? "teacher" : "teacher \(results.teacher?.network ?? "")",
        seed: recipe.seeds.first ?? 0)
      retrieval = diagnostics.retrieval.map { Retrieval($0, diagnostics) }
    }
  }

  private static func facts(_ results: Results) -> [Fact] {
    let machine = results.machine
    return [
      Fact(
        "version",
        results.program.map { "Kindred \($0.version)" }
          ?? "not recorded; this report is by Kindred \(Program.version)"),
      Fact("command", results.program?.command ?? "not recorded"),
      Fact("machine", "\(machine.system), \(machine.processors) processors"),
      Fact("kernels", machine.kernels), Fact("data", results.recipe.data.set),
    ]
  }
}

extension Results {
  fileprivate func entries(of metric: String) -> [RunReport.Entry] {
    // Where no row has a student, the accuracy says so.
    let isMissing = metric == "accuracy" && rows.contains { $0.divergences != nil }
    guard isMissing || rows.contains(where: { $0.metrics[metric] != nil }) else { return [] }
    let first = rows.first?.metrics[metric]
    return rows.enumerated().compactMap { index, row -> RunReport.Entry? in
      guard let found = row.metrics[metric] else {
        guard row.divergences != nil else { return nil }
        return RunReport.Entry(
          row: row.name, values: [], seeds: [], mean: nil, standardDeviation: nil,
          difference: nil, outcome: row.outcome)
      }
      let pairs = first.map { paired(found, with: $0) } ?? (values: [], others: [])
      var difference: RunReport.Difference?
      if index > 0, !pairs.values.isEmpty {
        let paired = PairedDifference(of: pairs.values, from: pairs.others)
        difference = RunReport.Difference(
          values: zip(pairs.values, pairs.others).map { $0 - $1 }, mean: paired.mean,
          interval: paired.interval().flatMap { $0.lower <= $0.upper ? $0.lower...$0.upper : nil })
      }
      return RunReport.Entry(
        row: row.name, values: found.values, seeds: found.seeds, mean: found.mean,
        standardDeviation: found.standardDeviation, difference: difference)
    }
  }
}

extension Results.Row {
  /// Who teaches, how the weight was chosen, and warnings.
  fileprivate var notes: [String] {
    var notes = divergenceSentences + (teacher.map { ["Taught by \($0)."] } ?? [])
    if let choice {
      let tried = choice.tried.map { tried in
        let value = tried.value.map { NumberFormat.percent($0) } ?? "diverged"
        return "\(describe(tried.weight)): \(value)"
      }
      notes.append(
        "Weight \(describe(choice.weight)), by \(choice.metric) on other training images: "
          + tried.joined(separator: ", ") + "."
          + (choice.isAtTheEdge ? " It is at the edge of what was tried." : ""))
    }
    return notes + (warnings ?? []).map { "Warning: \($0)." }
  }
}

extension RunReport.Row {
  fileprivate init(_ row: Results.Row, registry: Registry) {
    self.init(
      name: row.name, formula: row.formula, network: row.network, parameters: row.parameters,
      seconds: row.seconds,
      histories: row.history.map { history in
        history.epochs.map { epoch in
          RunReport.Epoch(
            epoch: epoch.epoch, loss: epoch.loss, accuracy: epoch.accuracy,
            terms: epoch.terms.map { ($0.name, $0.weight, $0.value ?? 0) },
            gradients: epoch.terms.contains { $0.gradientNorm != nil }
              ? epoch.terms.map { ($0.gradientNorm ?? .nan, $0.cosine ?? .nan) } : [])
        }
      })
    notes = row.notes
    // A paper that this program does not have leaves the formula alone.
    guard let graph = try? registry.loss(row.formula) else { return }
    terms = graph.summands.map { term in
      RunReport.Term(
        weight: term.weightText, formula: term.formula,
        equation: graph.equation(of: term))
    }
    self.graph = GraphOutline(graph).tree(under: nil)
  }
}

extension GraphOutline {
  fileprivate func tree(under parent: Int?) -> [RunReport.Node] {
    children(of: parent).map { RunReport.Node(label: label(of: $0), children: tree(under: $0)) }
  }
}
