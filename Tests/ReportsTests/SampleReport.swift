import Distillation
import Foundation

@testable import Experiments
@testable import Reports
@testable import Training

/// A report with every part, whose names try to be HTML. Each row has three seeds, and a percentage
/// point more than the row before.
func sampleReport(title: String = "a <b>title</b>", rows count: Int = 3) -> RunReport {
  let names =
    ["ce", "<b>kd</b>", "\"rkd\" & 'more'"]
    + (3..<max(count, 3)).map { $0 == 3 ? "WWWWWWWWWWWWWWWW" : $0 == 4 ? "损失函数的名称很长" : "row \($0)" }
  var results = Results(recipe: recipe(title))
  results.machine = Results.Machine(system: "Linux", processors: 2, kernels: "portable")
  results.program = Results.Program(version: "1.0", command: "kindred run 'a<b>.json5'")
  results.teacher = Results.Teacher(
    network: "mlp:8", parameters: 99, isLoaded: false,
    metrics: ["accuracy": 0.9111, "recall@1": 0.6111], history: [], seconds: 3)
  results.rows = names.prefix(count).enumerated().map { index, name in
    Results.Row(
      name: name, formula: "ce + \(index)*logits", network: "mlp:4", parameters: 1234 + index,
      metrics: ["accuracy": metric(0.8, index), "recall@1": metric(0.5, index)],
      history: (0..<3).map { seed in
        Results.History(seed: UInt64(seed + 7), epochs: history(index, seed))
      }, seconds: 12)
  }
  return RunReport(
    results, diagnostics(results.rows.map { $0.name }), called: "folder",
    registry: Registry(papers: []), version: "1.1")
}

/// The sample report with a row that has no student, a row that lacks a seed, and two more
/// teachers: one belongs to a row, and the other is another row's student.
func divergedReport() -> RunReport {
  var report = sampleReport(rows: 6)
  func divergence(_ seed: UInt64) -> Results.Divergence {
    Results.Divergence(seed: seed, learner: .student, problem: "<NaN>")
  }
  report.results.rows[0].divergences = [divergence(8)]
  report.results.rows[0].history.remove(at: 1)
  for (name, metric) in report.results.rows[0].metrics {
    report.results.rows[0].metrics[name] = Results.Metric(
      [metric.values[0], metric.values[2]], seeds: [7, 9])
  }
  report.results.rows[5].divergences = [7, 8, 9].map(divergence)
  (report.results.rows[5].history, report.results.rows[5].metrics) = ([], [:])
  var networks = report.diagnostics?.networks ?? []
  networks.removeLast()
  for index in networks.indices.dropFirst(2) { networks[index].teacher = index < 4 ? 0 : 2 }
  networks[0].name = "mlp:8"
  networks.append(
    Diagnostics.Network(row: "of a later one", teacher: 6, features: networks[1].features))
  networks.insert(Diagnostics.Network(name: "<b>", features: networks[3].features), at: 6)
  report.diagnostics?.networks = networks
  return report
}

/// The results of a recipe without rows, for features that need results.
let noResults = Results(recipe: Recipe())

private func recipe(_ title: String) -> Recipe {
  var recipe = Recipe()
  recipe.name = title
  recipe.claim = "kd > ce </p><script>alert(1)</script>"
  recipe.source = "Hinton et al., https://arxiv.org/abs/1503.02531 </pre><b>"
  recipe.comparisons = [comparison("<b>kd</b>")]
  recipe.evaluation.recall = [1]
  recipe.seeds = [7, 8, 9]
  return recipe
}

/// The comparison that a row has more of a metric than the first row.
func comparison(_ row: String, _ metric: String = "accuracy") -> Comparison {
  var comparison = Comparison()
  (comparison.row, comparison.metric) = (row, metric)
  return comparison
}

private func metric(_ base: Double, _ row: Int) -> Results.Metric {
  Results.Metric([-1, 0, 1].map { base + 0.01 * $0 + Double(row) * (0.01 + 0.0005 * $0) })
}

private func history(_ row: Int, _ seed: Int) -> [Epoch] {
  (1...5).map { epoch in
    let (e, shift) = (Double(epoch), Double(row) / 10 + Double(seed) / 50)
    return Epoch(
      epoch: epoch, loss: 2 / e + shift, accuracy: 0.5 + e / 20 + shift / 10,
      terms: [
        term("ce", 1, 1.5 / e + shift, 0.3 / e, 0.9),
        term("<kd>", 0.5, 1 / e, 0.02 * e + shift, -0.2 + shift),
      ])
  }
}

func term(
  _ name: String, _ weight: Double, _ value: Double, _ gradientNorm: Double, _ cosine: Double
) -> Epoch.Term {
  var term = Epoch.Term(name: name, weight: weight, value: value)
  (term.gradientNorm, term.cosine) = (gradientNorm, cosine)
  return term
}

private func diagnostics(_ rows: [String]) -> Diagnostics {
  let labels = (0..<12).map { $0 / 4 }
  func features(_ shift: Double) -> [[Double]] {
    labels.enumerated().map { index, label in
      (0..<3).map { column in
        (column == label ? 2 : 0.2) + Double((index * 7 + column * 5) % 11) / 10 + shift
      }
    }
  }
  let retrieved = [[1, 2], [3, 0], [5, 1]]
  let networks =
    [Diagnostics.Network(features: features(0), retrieved: retrieved)]
    + rows.enumerated().map { index, row in
      Diagnostics.Network(row: row, features: features(Double(index) / 3), retrieved: retrieved)
    }
  let thumbnails = (0..<6).map { index in
    Diagnostics.Thumbnail(
      label: index / 2, pixels: Data((0..<12).map { UInt8($0 * 20 + index) }))
  }
  return Diagnostics(
    classes: ["cat", "<i>dog</i>", "bird"], labels: labels, networks: networks, seed: 1,
    retrieval: Diagnostics.Retrieval(
      queries: [0, 2, 4], thumbnails: thumbnails, height: 4, width: 3))
}

extension Epoch {
  init(epoch: Int, loss: Double, accuracy: Double, terms: [Term]) {
    self.init(epoch: epoch, rate: 0.1, loss: loss, terms: terms, accuracy: accuracy, seconds: 1)
  }
}
