import Experiments

extension Results {
  /// The rows' means, paired differences to the first row, their intervals, and the seeds.
  func rowsTable(of metric: String) -> Markup {
    let measurements = measurements(of: metric)
    let first = measurements.first?.row.name ?? ""
    let titles: [(text: String, kind: String)] = [
      ("loss", "text"), ("mean %", "number"), ("to first, points", "number"),
      ("95 % interval", "number"), ("seeds", "number"),
    ]
    var body: [Markup] = []
    for teacher in allTeachers {
      guard let value = teacher.metrics[metric] else { continue }
      body.append(
        Self.line(
          "teacher", network: teacher.name ?? teacher.network,
          [(teacher.percent(metric) ?? "", value), ("", nil), ("", nil), ("", nil)]))
    }
    body += measurements.map { measurement in
      let (difference, interval) = (measurement.difference, measurement.interval)
      return Self.line(
        measurement.row.name,
        [
          (measurement.percent, measurement.metric?.mean),
          (difference.map { NumberFormat.points($0.mean) } ?? "–", difference?.mean),
          (interval.map { NumberFormat.points($0) } ?? "–", interval?.lowerBound),
          (seedsText(of: measurement), Double(measurement.metric?.values.count ?? 0)),
        ])
    }
    let head = titles.map { title in
      Markup(
        "th", ["scope": "col", "class": title.kind],
        Markup("button", ["type": "button", "class": "sort"], .text(title.text)))
    }
    return .group([
      Markup(
        "table", ["class": "rows"],
        Markup(
          "caption", [:],
          .text(
            "\(metric): mean ± standard deviation of the seeds, and the paired difference "
              + "to ‘\(first)’ in percentage points. The buttons sort.")),
        Markup("thead", [:], Markup("tr", [:], head)), Markup("tbody", [:], body)),
      .details("Every seed’s \(metric)", [everySeed(of: measurements)]),
    ])
  }

  private static func line(
    _ name: String, network: String? = nil, _ cells: [(text: String, value: Double?)]
  ) -> Markup {
    let numbers = cells.map { cell in
      Markup(
        "td", ["class": "number", "data-value": cell.value.map { "\($0)" } ?? ""],
        .text(cell.text))
    }
    return Markup(
      "tr", ["class": network == nil ? "" : "teacher"],
      [
        Markup(
          "th", ["scope": "row", "data-value": name], .text(name),
          network.map { Markup("small", [:], .text($0)) } ?? .nothing)
      ] + numbers)
  }

  private func everySeed(of measurements: [Measurement]) -> Markup {
    Markup(
      "dl", ["class": "seeds"],
      measurements.flatMap { measurement in
        let known = measurement.metric?.seeds ?? recipe.seeds
        let values = (measurement.metric?.values ?? []).enumerated().map { index, value in
          let seed = index < known.count ? "seed \(known[index]): " : ""
          return seed + NumberFormat.percentage(value) + " %"
        }
        return [
          Markup("dt", [:], .text(measurement.row.name)),
          Markup(
            "dd", [:],
            .text(
              measurement.metric == nil
                ? measurement.row.outcome : values.isEmpty ? "–" : values.joined(separator: ", "))),
        ]
      })
  }

  /// `5`, or `3 of 5`. If fewer pairs than these make the difference, their number follows.
  private func seedsText(of measurement: Measurement) -> String {
    let count = measurement.metric?.values.count ?? 0
    let isWhole = measurement.metric.map { $0.seeds == nil } ?? false
    let pairs = measurement.difference == nil ? count : measurement.differences.count
    return "\(count)" + (isWhole ? "" : " of \(recipe.seeds.count)")
      + (pairs == count ? "" : ", \(pairs) paired")
  }
}
