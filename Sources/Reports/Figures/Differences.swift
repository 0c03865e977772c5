import Experiments

extension Results {
  /// The paired difference of every row to the first, with its interval and its seeds.
  func differences(in metric: String, id: String) -> Figure? {
    let measurements = measurements(of: metric)
    let entries = measurements.compactMap { entry in entry.difference.map { (entry, $0.mean) } }
    guard let first = measurements.first?.row.name, !entries.isEmpty else { return nil }
    let all = entries.flatMap { entry, mean in
      entry.differences + [mean]
        + (entry.interval.map { [$0.lowerBound, $0.upperBound] } ?? [])
    }
    let finite = ([0] + all.map { $0 * 100 }).filter(Scale.hasPlace)
    let span = (finite.min() ?? 0)...(finite.max() ?? 0)
    let bottom = Double(entries.count) * 34 + 6
    let across = Scale(span, from: 10, to: Drawing.width - 10)
    var parts: [Markup] = across.ticks.flatMap { tick in
      [
        Drawing.line(across(tick), 4, across(tick), bottom, tick == 0 ? "zero" : "rule"),
        Drawing.text(across.label(tick), across(tick), bottom + 13, "tick", anchor: "middle"),
      ]
    }
    for (index, (entry, mean)) in entries.enumerated() {
      parts.append(mark(entry, mean, at: Double(index) * 34 + 28, across))
    }
    parts.append(
      Drawing.text(
        "difference to \(Drawing.short(first, 24)), percentage points", Drawing.width / 2,
        bottom + 29, "title", anchor: "middle"))
    let said = entries.map { entry, mean in
      "\(entry.row.name) \(NumberFormat.points(mean))"
        + (entry.interval.map { ", interval \(NumberFormat.points($0))" } ?? "")
    }
    let left = measurements.dropFirst().filter { $0.difference == nil }
      .map { "‘\($0.row.name)’" }
    return Figure(
      id: id, title: "Paired differences in \(metric)",
      note: "Dots: seeds. Diamond: their mean. Bar: its 95\u{A0}% confidence interval"
        + (recipe.seeds.count < 2 ? ", which needs two seeds or more." : ".")
        + (left.isEmpty
          ? "" : " No seed in common: \(left.joined(separator: ", "))."),
      content: [
        Drawing.picture(
          height: bottom + 34,
          saying: "Differences in \(metric) to \(first), in percentage points: "
            + said.joined(separator: "; ") + ".", parts)
      ])
  }

  private func mark(
    _ entry: Measurement, _ mean: Double, at y: Double, _ across: Scale
  ) -> Markup {
    let x = across(mean * 100)
    var parts = [Drawing.text(Drawing.short(entry.row.name, 46), 14, y - 11, "label")]
    if let interval = entry.interval {
      parts.append(
        Drawing.line(
          across(interval.lowerBound * 100), y, across(interval.upperBound * 100), y, "interval"))
    }
    parts += entry.differences.map { value in
      Markup(
        "circle",
        [
          "cx": Drawing.number(across(value * 100)), "cy": Drawing.number(y), "r": "2.6",
          "class": "dot",
        ])
    }
    let n = Drawing.number
    parts.append(
      Markup("path", ["d": "M\(n(x)) \(n(y - 5))l5 5l-5 5l-5 -5Z", "class": "diamond"]))
    let interval = entry.interval.map { "\n95 % interval \(NumberFormat.points($0))" } ?? ""
    parts.append(
      Markup(
        "rect",
        [
          "x": "0", "y": n(y - 22), "width": n(Drawing.width), "height": "34", "class": "hit",
          "data-tip": "\(entry.row.name)\nmean \(NumberFormat.points(mean))\(interval)\nseeds "
            + entry.differences.map { NumberFormat.points($0) }.joined(separator: ", "),
        ]))
    return Markup("g", ["class": "s0"], parts)
  }
}
