import Experiments
import Training

extension Results {
  /// The number of rows whose lines one drawing can show clearly.
  private static let mostLines = 10

  /// The rows that are drawn: all of them, or the first and the best ones by the first metric.
  private var drawnRows: [Int] {
    let trained = rows.indices.filter { !rows[$0].history.isEmpty }
    guard trained.count > Self.mostLines else { return trained }
    let metric = metrics.first ?? ""
    let means = rows.map { $0.metrics[metric]?.mean ?? -.infinity }
    let best = trained.dropFirst().sorted { (means[$1], $0) < (means[$0], $1) }
    return (trained.prefix(1) + best.prefix(Self.mostLines - 1)).sorted()
  }

  /// The accuracy and the loss of the rows, over the epochs.
  func curves(id: String) -> [Figure] {
    [
      overview(
        "Accuracy", "accuracy on the test data, %", id: "\(id)-accuracy",
        levels: allTeachers.compactMap { teacher in
          teacher.metrics["accuracy"].map {
            (allTeachers.count == 1 ? "teacher" : teacher.name ?? teacher.network, $0 * 100)
          }
        }
      ) {
        $0.accuracy.map { $0 * 100 } ?? .nan
      },
      overview("Loss", "training loss", id: "\(id)-loss", isOwn: true) { $0.loss },
    ].compactMap { $0 }
  }

  private func overview(
    _ title: String, _ unit: String, id: String, levels: [(name: String, value: Double)] = [],
    isOwn: Bool = false,
    _ value: @escaping (Epoch) -> Double
  ) -> Figure? {
    let series = drawnRows.enumerated().map { place, index in
      LineChart.Series(
        name: rows[index].name, style: Hue.style(place),
        points: Self.points(of: rows[index], value))
    }
    let epochs = Set(series.flatMap { $0.points.map(\.x) }).sorted()
    let teachers = levels.map { level in
      LineChart.Series(
        name: level.name, style: "teacher",
        points: epochs.map { LineChart.Point(x: $0, y: level.value, band: nil) })
    }
    var note =
      isOwn
      ? "Each row minimises its own loss: compare the shapes, not the heights. " : ""
    let trained = rows.count { !$0.history.isEmpty }
    if series.count < trained, let metric = metrics.first {
      note += "The first and the \(series.count - 1) best by \(metric), of \(trained) rows. "
    }
    return chart(
      title, unit, series + teachers, id: id,
      note: note + bandNote(of: drawnRows.map { rows[$0] }), digits: isOwn ? 3 : 2,
      mayBeLogarithmic: isOwn)
  }

  /// The weighted terms of one row, their shares of the sum of their absolute values, and the
  /// measured norms and cosines of their gradients.
  func terms(of row: Row, id: String) -> [Figure] {
    let names = row.history.first?.epochs.first?.terms.map(\.name) ?? []
    let bandNote = bandNote(of: [row])
    guard names.count > 1 else { return [] }  // One term is the whole loss.
    func series(_ value: (Epoch, Epoch.Term) -> Double) -> [LineChart.Series] {
      names.indices.map { term in
        LineChart.Series(
          name: names[term], style: Hue.style(term),
          points: Self.points(of: row) { epoch in
            term < epoch.terms.count ? value(epoch, epoch.terms[term]) : .nan
          })
      }
    }
    let weighted = series { $1.weighted }
    let shares = series { epoch, term in
      let sum = epoch.terms.reduce(0) { $0 + abs($1.weighted) }
      let share = abs(term.weighted) / sum
      return sum > 0 ? share * 100 : 0
    }
    let norms = series { $1.gradientNorm ?? .nan }
    let cosines = series { $1.cosine ?? .nan }
    let atOutputs =
      "For the gradient of each weighted term at the student’s outputs, each epoch’s last batch. "
    return [
      chart(
        "Terms of \(row.name)", "weight · value", weighted, id: "\(id)-terms",
        note: "Each term times its weight, averaged over the epoch’s examples. " + bandNote,
        includes: [0], digits: 3, mayBeLogarithmic: true),
      chart(
        "Shares in \(row.name)", "share of the loss, %", shares, id: "\(id)-shares",
        note: "Each term’s |weight · value| as a share of their sum. " + bandNote,
        includes: [0, 100]),
      chart(
        "Gradients in \(row.name)", "norm", norms, id: "\(id)-gradients",
        note: atOutputs + bandNote, includes: [0], digits: 3, mayBeLogarithmic: true),
      chart(
        "Directions in \(row.name)", "cosine with the whole gradient", cosines,
        id: "\(id)-directions",
        note: atOutputs + "Below 0, the other terms train against it. " + bandNote,
        includes: [-1, 1]),
    ].compactMap { $0 }
  }

  private func bandNote(of rows: [Row]) -> String {
    let fewer = rows.filter { $0.history.count < recipe.seeds.count }.map {
      ", \($0.history.count) for ‘\($0.name)’"
    }
    return recipe.seeds.count > 1
      ? "Line: mean of \(recipe.seeds.count) seeds\(fewer.joined()). Band: lowest to highest seed."
      : "One seed."
  }

  private func chart(
    _ title: String, _ unit: String, _ series: [LineChart.Series], id: String, note: String,
    includes: [Double] = [], digits: Int = 2, mayBeLogarithmic: Bool = false
  ) -> Figure? {
    let ends = series.compactMap { series in
      series.points.last.map { "\(series.name) \(NumberFormat.significant($0.y, digits: 4))" }
    }
    let chart = LineChart(
      x: "epoch", y: unit, series: series, includes: includes, digits: digits,
      mayBeLogarithmic: mayBeLogarithmic,
      place: { "epoch \(NumberFormat.fixed($0, digits: 0))" },
      description: "Lines of \(title), \(unit), per epoch. At the end: "
        + ends.joined(separator: ", ") + ".")
    let left = chart.pointsWithoutPlace
    guard let markup = chart.markup else {
      return left == 0
        ? nil
        : Figure(
          id: id, title: title, note: "Not drawn: all numbers are beyond 10¹⁰⁰.", content: [])
    }
    let more = left == 0 ? "" : " Not drawn: \(left) points beyond 10¹⁰⁰."
    return Figure(id: id, title: title, note: note + more, content: [markup])
  }

  /// The mean over the seeds, with the lowest and the highest value.
  private static func points(
    of row: Row, _ value: (Epoch) -> Double
  ) -> [LineChart.Point] {
    let histories = row.history.map { $0.epochs }
    let epochs = histories.first?.map(\.epoch) ?? []
    return epochs.indices.compactMap { index in
      let values = histories.compactMap { $0.count > index ? value($0[index]) : nil }
      guard let low = values.min(), let high = values.max(), values.allSatisfy({ $0.isFinite })
      else { return nil }
      return LineChart.Point(
        x: Double(epochs[index]), y: values.reduce(0, +) / Double(values.count), band: low...high)
    }
  }
}

extension Epoch.Term {
  fileprivate var weighted: Double { weight * (value ?? 0) }
}
