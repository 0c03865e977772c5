import Distillation
package import Experiments

extension Results {
  /// The claim and the measurements, as tables in Markdown: one of the comparisons, one of the rows
  /// with every metric, and how weights were chosen; and a list of the files from which students start.
  package func markdown(called folder: String) -> String {
    let title = recipe.name.isEmpty ? folder : recipe.name
    var text = "## \(Markdown.text(title))\n\n"
    if let claim = recipe.claim { text += "The claim: \(Markdown.text(claim))\n\n" }
    if let source = recipe.source { text += "Source: \(Markdown.text(source))\n\n" }
    if !recipe.comparisons.isEmpty { text += comparisons + "\n" }
    text += measured
    for sentence in fileSentences + accuracySentences { text += "\n\(Markdown.text(sentence))\n" }
    let starts = StartingPoint.lines(of: rows.map { ($0.name, $0.start) })
    if !starts.isEmpty { text += "\n" + starts.map { "- \(Markdown.text($0))\n" }.joined() }
    for (index, sentence) in divergenceSentences.enumerated() {
      let sentence = Markdown.text(sentence)
      text += index == 0 ? "\n\(sentence)\n\n" : "- \(sentence)\n"
    }
    let chosen = rows.filter { $0.choice != nil }
    if !chosen.isEmpty { text += "\n" + weights(of: chosen) }
    let seconds = allTeachers.reduce(0) { $0 + $1.seconds }
    let trained = seconds + rows.reduce(0) { $0 + $1.seconds }
    let command =
      program.map { ", Kindred \(Markdown.text($0.version)), \(Markdown.code($0.command))" } ?? ""
    text += """

      \(Markdown.text(machine.system)), \(machine.processors) processors, \
      \(Markdown.text(machine.kernels))\(command); the teachers and \
      students were trained in \(NumberFormat.duration(seconds: trained)), not counting students \
      that tried weights.

      """
    return text
  }

  /// A table of the primary comparisons, below what their design finds, and one of the exploratory ones.
  private var comparisons: String {
    let analysis = Analysis(of: self)
    var text = ""
    let (primary, others) = (
      analysis.comparisons(arePrimary: true), analysis.comparisons(arePrimary: false)
    )
    if !primary.isEmpty {
      let design = recipe.designSentences(analysis).joined(separator: " ")
      let lines = primary.map { entry in
        cells(
          Self.compared(entry) + [
            entry.pValue.map(NumberFormat.pValue) ?? "–",
            entry.adjustedPValue.map(NumberFormat.pValue) ?? "–",
            Self.equivalence(entry.equivalence), entry.verdict,
          ])
      }
      text += """
        \(Markdown.text(design))

        | primary comparison | metric | difference, points | 95 % interval | seeds | p | adjusted p | \
        equivalence | |
        | --- | --- | ---: | ---: | ---: | ---: | ---: | --- | --- |
        \(lines.joined(separator: "\n"))

        """
    }
    guard !others.isEmpty else { return text }
    let lines = others.map { cells(Self.compared($0) + [$0.verdict]) }
    return text + (text.isEmpty ? "" : "\n") + """
      | exploratory comparison | metric | difference, points | 95 % interval | seeds | |
      | --- | --- | ---: | ---: | ---: | --- |
      \(lines.joined(separator: "\n"))

      """
  }

  private static func compared(_ entry: Analysis.Entry) -> [String] {
    [
      Markdown.text("\(entry.row) over \(entry.over)"), Markdown.text(entry.metric),
      entry.mean.map { NumberFormat.points($0) } ?? "–",
      entry.interval.map {
        "\(NumberFormat.points($0.lower)) … \(NumberFormat.points($0.upper))"
      } ?? "–",
      "\(entry.pairs)",
    ]
  }

  /// `±0.50: p 0.0120, adjusted 0.0240`.
  private static func equivalence(_ equivalence: Analysis.Equivalence?) -> String {
    guard let equivalence else { return "–" }
    guard let pValue = equivalence.pValue, let adjusted = equivalence.adjustedPValue else {
      return NumberFormat.bound(equivalence.bound)
    }
    return "\(NumberFormat.bound(equivalence.bound)): p \(NumberFormat.pValue(pValue)), "
      + "adjusted \(NumberFormat.pValue(adjusted))"
  }

  private var measured: String {
    let metrics = (isWithoutAccuracy ? [] : ["accuracy"]) + recipe.evaluation.names
    var lines = [
      cells(["row", "loss"] + metrics.map { Markdown.text($0) + ", %" }),
      cells(["---", "---"] + metrics.map { _ in "---:" }),
    ]
    for teacher in allTeachers {
      lines.append(
        cells(
          [Markdown.text("teacher \(teacher.name ?? teacher.network)"), ""]
            + metrics.map { name in
              teacher.percent(name) ?? ""
            }))
    }
    for row in rows {
      lines.append(
        cells(
          [Markdown.text(row.name), Markdown.code(row.formula, inTable: true)]
            + metrics.map { name in
              row.percent(name).map { number in
                row.divergences == nil ? number : "\(number), \(seedsText(of: row)) seeds"
              } ?? row.outcome
            }))
    }
    let some =
      rows.allSatisfy { $0.divergences == nil } ? "" : ", or of fewer if a number says so"
    let seeds = "Mean ± sample standard deviation of \(recipe.seeds.count) seeds\(some).\n\n"
    return seeds + lines.joined(separator: "\n") + "\n"
  }

  private func weights(of rows: [Results.Row]) -> String {
    let lines = rows.compactMap { row in
      row.choice.map { choice in
        let tried = choice.tried.map { tried in
          let value = tried.value.map { NumberFormat.percentage($0) } ?? "diverged"
          return "\(describe(tried.weight)): \(value)"
        }
        return cells([
          Markdown.text(row.name), tried.joined(separator: ", "),
          describe(choice.weight) + (choice.isAtTheEdge ? ", the edge" : ""),
        ])
      }
    }
    let metric = Markdown.text(recipe.validation.metric)
    return """
      | row | weight: \(metric) in % on \(recipe.validation.images) other training images | chosen weight |
      | --- | --- | ---: |
      \(lines.joined(separator: "\n"))

      """
  }

  private func cells(_ cells: [String]) -> String {
    "| " + cells.joined(separator: " | ") + " |"
  }
}
