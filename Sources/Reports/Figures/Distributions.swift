import Foundation

extension RunReport.Features {
  /// How the distances of all pairs, and the angles of all triples, are distributed.
  func distributions(_ geometries: [Geometry], id: String) -> [Figure] {
    let distances = geometries.map { geometry in
      var histogram = Histogram(0...3, bins: 30)
      for distance in geometry.relativeDistances { histogram.add(distance) }
      return histogram
    }
    let angles = geometries.map { geometry in
      var histogram = Histogram(0...180, bins: 36)
      geometry.forEachAngle { histogram.add(acos($0) * 180 / .pi) }
      return histogram
    }
    return [
      figure(
        distances, id: "\(id)-distances", title: "Distances", x: "distance ÷ mean distance",
        digits: 2, of: "pairs"),
      figure(
        angles, id: "\(id)-angles", title: "Angles", x: "angle, degrees", digits: 1,
        of: "triples"),
    ].compactMap { $0 }
  }

  private func figure(
    _ histograms: [Histogram], id: String, title: String, x: String, digits: Int, of what: String
  ) -> Figure? {
    let last = histograms.compactMap { $0.counts.lastIndex { $0 > 0 } }.max() ?? 0
    var student = -1
    let series = zip(networks, histograms).map { network, histogram in
      if network.row != nil { student += 1 }
      return LineChart.Series(
        name: network.name, style: network.row == nil ? "teacher" : Hue.style(student),
        points: histogram.total == 0
          ? []
          : histogram.shares.prefix(last + 2).map {
            LineChart.Point(x: $0.middle, y: $0.share * 100)
          })
    }
    let peaks = series.compactMap { series in
      series.points.max { $0.y < $1.y }.map {
        "\(series.name) most at \(NumberFormat.fixed($0.x, digits: digits))"
      }
    }
    let chart = LineChart(
      x: x, y: "share of \(what), %", series: series, includes: [0],
      spans: what == "pairs" ? [0, 3] : [0, 180], isWhole: false,
      place: { "\(x): \(NumberFormat.fixed($0, digits: digits))" },
      description: "Distribution, \(x): \(peaks.joined(separator: ", ")).")
    let note =
      what == "pairs"
      ? "All pairs of \(labels.count) test images, in bins of a tenth of the mean; what is beyond "
        + "3 is in the last."
      : "The angle at every image between every two others, in bins of five degrees."
    return chart.markup.map { Figure(id: id, title: title, note: note, content: [$0]) }
  }
}
