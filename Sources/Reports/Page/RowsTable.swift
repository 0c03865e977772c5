extension RunReport {
  /// Means, paired differences to the first row, their intervals, the seeds.
  func table(of metric: Metric) -> Markup {
    let first = metric.entries.first?.row ?? ""
    let titles: [(text: String, kind: String)] = [
      ("loss", "text"), ("mean %", "number"), ("to first, points", "number"),
      ("95 % interval", "number"), ("seeds", "number"),
    ]
    var body: [Markup] = []
    for teacher in teachers {
      guard let value = teacher.metrics[metric.name] else { continue }
      body.append(
        Self.row(
          "teacher", network: teacher.network,
          [(Self.percent(value), value), ("", nil), ("", nil), ("", nil)]))
    }
    body += metric.entries.map { entry in
      let deviation = entry.standardDeviation.map { " ±\u{A0}" + Self.percent($0) } ?? ""
      let difference = entry.difference
      return Self.row(
        entry.row,
        [
          (entry.mean.map { Self.percent($0) + deviation } ?? entry.outcome, entry.mean),
          (difference.map { Self.signed($0.mean) } ?? "–", difference?.mean),
          (
            difference?.interval.map { Self.words($0) } ?? "–", difference?.interval?.lowerBound
          ),
          (seedsText(of: entry), Double(entry.values.count)),
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
            "\(metric.name): mean ± standard deviation of the seeds, and the paired difference "
              + "to ‘\(first)’ in percentage points. The buttons sort.")),
        Markup("thead", [:], Markup("tr", [:], head)), Markup("tbody", [:], body)),
      .details("Every seed’s \(metric.name)", [everySeed(of: metric)]),
    ])
  }

  private static func row(
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

  private func everySeed(of metric: Metric) -> Markup {
    Markup(
      "dl", ["class": "seeds"],
      metric.entries.flatMap { entry in
        let known = entry.seeds ?? seeds
        let values = entry.values.enumerated().map { index, value in
          let seed = index < known.count ? "seed \(known[index]): " : ""
          return seed + Self.percent(value) + " %"
        }
        return [
          Markup("dt", [:], .text(entry.row)),
          Markup(
            "dd", [:], .text(values.isEmpty ? entry.outcome : values.joined(separator: ", "))),
        ]
      })
  }

  /// `5`, or `3 of 5`; and from how many of them the difference is, where those are fewer.
  private func seedsText(of entry: Entry) -> String {
    let count = entry.values.count
    let pairs = entry.difference.map { $0.values.count } ?? count
    return "\(count)" + (entry.seeds == nil ? "" : " of \(seeds.count)")
      + (pairs == count ? "" : ", \(pairs) paired")
  }

  static func percent(_ fraction: Double) -> String {
    NumberFormat.fixed(fraction * 100, digits: 2)
  }

  static func signed(_ fraction: Double) -> String {
    NumberFormat.difference(fraction * 100, standardError: nil, digits: 2)
  }

  static func words(_ interval: ClosedRange<Double>) -> String {
    "\(signed(interval.lowerBound)) to \(signed(interval.upperBound))"
  }
}
