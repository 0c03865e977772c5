import Reports

/// A report with every part, whose names try to be HTML.
func sampleReport(title: String = "a <b>title</b>", rows count: Int = 3) -> RunReport {
  let names =
    ["ce", "<b>kd</b>", "\"rkd\" & 'more'"]
    + (3..<max(count, 3)).map { $0 == 3 ? "WWWWWWWWWWWWWWWW" : $0 == 4 ? "损失函数的名称很长" : "row \($0)" }
  let rows = names.prefix(count).enumerated().map { index, name in
    RunReport.Row(
      name: name, formula: "ce + \(index)*kd", network: "mlp:4", parameters: 1234 + index,
      seconds: 12, histories: (0..<3).map { seed in history(index, seed) },
      terms: [RunReport.Term(weight: "1", formula: "ce", equation: "L = −Σ y log p, p < 1")],
      graph: [
        RunReport.Node(
          label: "logits", children: [RunReport.Node(label: "<kl>", children: [])])
      ])
  }
  return RunReport(
    title: title, claim: "kd > ce </p><script>alert(1)</script>",
    source: "Hinton et al., https://arxiv.org/abs/1503.02531",
    verdict: RunReport.Verdict(.holds, [RunReport.Finding(.holds, "‘<b>kd</b>’ is better")]),
    metrics: [
      metric("accuracy", rows.map(\.name), 0.8), metric("recall@1", rows.map(\.name), 0.5),
    ],
    rows: rows,
    teachers: [
      RunReport.Teacher(
        network: "mlp:8", parameters: 99, seconds: 3,
        metrics: ["accuracy": 0.9111, "recall@1": 0.6111])
    ], seeds: [7, 8, 9],
    features: features(rows.map(\.name)), retrieval: retrieval(rows.map(\.name)),
    facts: [RunReport.Fact("command", "kindred run 'a<b>.json5'")],
    recipe: "{\"name\": \"</pre><b>\"}")
}

/// The same with a row that has no student and one that lacks a seed, and with two teachers more: one of
/// its own, and another row's student.
func divergedReport() -> RunReport {
  var report = sampleReport(rows: 6)
  report.problems = ["Of 18 students 4 are missing:", "'ce' with seed 8 diverged: <NaN>."]
  report.rows[0].histories.removeLast()
  report.rows[5].histories = []
  for index in report.metrics.indices {
    report.metrics[index].entries[0].values.removeLast()
    report.metrics[index].entries[0].seeds = [7, 9]
    for entry in 1..<5 { report.metrics[index].entries[entry].difference?.values.removeLast() }
    report.metrics[index].entries[5] = RunReport.Entry(
      row: report.rows[5].name, values: [], seeds: [], mean: nil, standardDeviation: nil,
      difference: nil, outcome: "diverged")
  }
  var networks = report.features?.networks ?? []
  networks.removeLast()
  for index in networks.indices.dropFirst(2) { networks[index].teacher = index < 4 ? 0 : 2 }
  networks[0].name = "teacher mlp:8"
  networks.append(
    RunReport.Features.Network(
      row: "of a later one", teacher: 6, vectors: networks[1].vectors))
  networks.insert(
    RunReport.Features.Network(row: nil, name: "teacher <b>", vectors: networks[3].vectors), at: 6)
  report.features?.networks = networks
  return report
}

private func history(_ row: Int, _ seed: Int) -> [RunReport.Epoch] {
  (1...5).map { epoch in
    let (e, shift) = (Double(epoch), Double(row) / 10 + Double(seed) / 50)
    return RunReport.Epoch(
      epoch: epoch, loss: 2 / e + shift, accuracy: 0.5 + e / 20 + shift / 10,
      terms: [("ce", 1, 1.5 / e + shift), ("<kd>", 0.5, 1 / e)],
      gradients: [(0.3 / e, 0.9), (0.02 * e + shift, -0.2 + shift)])
  }
}

private func metric(_ name: String, _ rows: [String], _ base: Double) -> RunReport.Metric {
  let entries = rows.enumerated().map { index, row in
    let mean = base + Double(index) * 0.01234
    let difference = RunReport.Difference(
      values: [0.01, 0.02, 0.03].map { $0 * Double(index) }, mean: 0.02 * Double(index),
      interval: 0.00123 * Double(index)...0.0456 * Double(index))
    return RunReport.Entry(
      row: row, values: [mean - 0.01, mean, mean + 0.01], mean: mean, standardDeviation: 0.01,
      difference: index == 0 ? nil : difference)
  }
  return RunReport.Metric(name: name, entries: entries)
}

private func features(_ rows: [String]) -> RunReport.Features {
  let labels = (0..<12).map { $0 / 4 }
  func vectors(_ shift: Double) -> [[Double]] {
    labels.enumerated().map { index, label in
      (0..<3).map { column in
        (column == label ? 2 : 0.2) + Double((index * 7 + column * 5) % 11) / 10 + shift
      }
    }
  }
  let networks: [RunReport.Features.Network] =
    [RunReport.Features.Network(row: nil, vectors: vectors(0))]
    + rows.enumerated().map { index, row in
      RunReport.Features.Network(row: row, vectors: vectors(Double(index) / 3))
    }
  return RunReport.Features(
    layer: "embedding", classes: ["cat", "<i>dog</i>", "bird"], labels: labels,
    networks: networks, seed: 1)
}

private func retrieval(_ rows: [String]) -> RunReport.Retrieval {
  RunReport.Retrieval(
    classes: ["cat", "<i>dog</i>", "bird"], height: 4, width: 3,
    images: (0..<6).map { index in
      RunReport.Retrieval.Image(
        label: index / 2, pixels: (0..<12).map { UInt8($0 * 20 + index) })
    },
    queries: [0, 2, 4],
    networks: (["teacher"] + rows).map { name in
      RunReport.Retrieval.Network(name: name, found: [[1, 2], [3, 0], [5, 1]])
    })
}
