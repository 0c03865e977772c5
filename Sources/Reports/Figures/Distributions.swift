import Foundation

extension Features {
  /// Draws the distributions of all pairs' distances and all triples' angles: for each teacher, its
  /// own and those of its rows; then each row's errors relative to its teacher. A row has the same
  /// colour as in other drawings, by its place among `rows`.
  func distributions(_ geometries: [Geometry], of rows: [String], id: String) -> [Figure] {
    let distances = Relation(
      values: geometries.map(\.relativeDistances), title: "Distances",
      x: "distance ÷ mean distance", digits: 2, range: 0...3, bins: 30, errors: -1.5...1.5,
      of: "pairs",
      note: "All pairs of \(examples), in bins of a tenth of the mean; the "
        + "last includes all beyond 3.",
      errorNote: "in bins of a tenth of the mean; the outermost include all beyond ±1.5.")
    let angles = Relation(
      values: geometries.map { $0.angleCosines.map { acos($0) * 180 / .pi } }, title: "Angles",
      x: "angle, degrees", digits: 1, range: 0...180, bins: 36, errors: -180...180, of: "triples",
      note: "The angle at each of them between every two others, in bins of five degrees.",
      errorNote: "in bins of ten degrees.")
    let relations = [distances, angles]
    return groups.enumerated().flatMap { number, group in
      relations.compactMap { figure($0, group, of: rows, id: id, number: number) }
    } + relations.compactMap { errors($0, of: rows, id: id) }
  }

  /// The relations of pairs or of triples, and how they are drawn.
  private struct Relation {
    /// The values of every network, in the same order.
    var values: [[Double]]
    var title: String
    var x: String
    var digits: Int
    var range: ClosedRange<Double>
    var bins: Int
    var errors: ClosedRange<Double>
    var of: String
    var note: String
    var errorNote: String
  }

  /// The distributions of one teacher and its rows.
  private func figure(
    _ relation: Relation, _ group: (reference: Int?, members: [Int]), of rows: [String],
    id: String, number: Int
  ) -> Figure? {
    let drawn = (group.reference.map { [$0] } ?? []) + group.members
    let histograms = drawn.map { index in
      var histogram = Histogram(relation.range, bins: relation.bins)
      for value in relation.values[index] { histogram.add(value) }
      return histogram
    }
    let last = histograms.compactMap { $0.counts.lastIndex { $0 > 0 } }.max() ?? 0
    let series = zip(drawn, histograms).map { index, histogram in
      LineChart.Series(
        // The title says which teacher it is.
        name: networks[index].row ?? "teacher",
        style: index == group.reference ? "teacher" : style(of: index, among: rows),
        points: histogram.total == 0
          ? []
          : histogram.shares.prefix(last + 2).map {
            LineChart.Point(x: $0.middle, y: $0.share * 100)
          })
    }
    let teacher = group.reference.map { ": \(networks[$0].name) and its rows" }
    return chart(
      relation, series, x: relation.x, spans: relation.range,
      title: relation.title + (groups.count > 1 ? teacher ?? "" : ""),
      note: relation.note,
      id: "\(id)-\(relation.title.lowercased())" + (number == 0 ? "" : "\(number + 1)"))
  }

  /// The distributions of the differences between each row and the teacher that it is drawn beside.
  private func errors(_ relation: Relation, of rows: [String], id: String) -> Figure? {
    var series: [LineChart.Series] = []
    var histograms: [(index: Int, histogram: Histogram)] = []
    for index in networks.indices {
      guard let reference = reference(of: index) else { continue }
      var histogram = Histogram(relation.errors, bins: relation.bins)
      for (own, other) in zip(relation.values[index], relation.values[reference]) {
        histogram.add(own - other)
      }
      if histogram.total > 0 { histograms.append((index, histogram)) }
    }
    // The axis reaches as far as there are errors, equally far on both sides.
    let bins = relation.bins
    let counts = histograms.map { $0.histogram.counts }
    let edge = (0..<bins / 2).first { bin in
      counts.contains { $0[bin] > 0 || $0[bins - 1 - bin] > 0 }
    }
    let first = max((edge ?? 0) - 1, 0)
    for (index, histogram) in histograms {
      let points = histogram.shares[first..<bins - first].map {
        LineChart.Point(x: $0.middle, y: $0.share * 100)
      }
      series.append(
        LineChart.Series(
          name: networks[index].name, style: style(of: index, among: rows), points: points))
    }
    let pairs = groups.compactMap { group in
      group.reference.map { reference in
        "\(group.members.map { quoted($0) }.joined(separator: ", ")) minus \(quoted(reference))"
      }
    }
    return chart(
      relation, series, x: "student − teacher, \(relation.x)", spans: nil,
      title: "Errors of \(relation.title.lowercased())",
      note:
        "Each row against \(knowsTeachers ? "its own" : "the") teacher, "
        + "\(relation.of.dropLast()) by \(relation.of.dropLast()): "
        + pairs.joined(separator: "; ")
        + (untaught.isEmpty
          ? "" : " (not taught by it: \(untaught.map { quoted($0) }.joined(separator: ", ")))")
        + "; \(relation.errorNote)",
      id: "\(id)-\(relation.title.lowercased())-errors")
  }

  private func style(of index: Int, among rows: [String]) -> String {
    Hue.style(networks[index].row.flatMap(rows.firstIndex) ?? 0)
  }

  private func chart(
    _ relation: Relation, _ series: [LineChart.Series], x: String, spans: ClosedRange<Double>?,
    title: String, note: String, id: String
  ) -> Figure? {
    let peaks = series.compactMap { series in
      series.points.max { $0.y < $1.y }.map {
        "\(series.name) most at \(NumberFormat.fixed($0.x, digits: relation.digits))"
      }
    }
    let chart = LineChart(
      x: x, y: "share of \(relation.of), %", series: series, includes: [0],
      spans: spans.map { [$0.lowerBound, $0.upperBound] } ?? [], isWhole: false,
      place: { "\(x): \(NumberFormat.fixed($0, digits: relation.digits))" },
      description: "Distribution, \(x): \(peaks.joined(separator: ", ")).")
    return chart.markup.map { Figure(id: id, title: title, note: note, content: [$0]) }
  }
}
