extension RunReport {
  /// Every row's paired difference to the first, with its interval and its seeds.
  func differences(in metric: Metric, id: String) -> Figure? {
    let entries = metric.entries.compactMap { entry in entry.difference.map { (entry, $0) } }
    guard let first = metric.entries.first, !entries.isEmpty else { return nil }
    let all = entries.flatMap { _, difference in
      difference.values + [difference.mean]
        + (difference.interval.map { [$0.lowerBound, $0.upperBound] } ?? [])
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
    for (index, (entry, difference)) in entries.enumerated() {
      parts.append(mark(entry, difference, at: Double(index) * 34 + 28, across))
    }
    parts.append(
      Drawing.text(
        "difference to \(Drawing.short(first.row, 24)), percentage points", Drawing.width / 2,
        bottom + 29, "title", anchor: "middle"))
    let said = entries.map { entry, difference in
      "\(entry.row) \(Self.signed(difference.mean))"
        + (difference.interval.map { ", interval \(Self.words($0))" } ?? "")
    }
    let left = metric.entries.dropFirst().filter { $0.difference == nil }.map { "‘\($0.row)’" }
    return Figure(
      id: id, title: "Paired differences in \(metric.name)",
      note: "Dots: seeds. Diamond: their mean. Bar: its 95\u{A0}% confidence interval"
        + (seeds.count < 2 ? ", which needs two seeds or more." : ".")
        + (left.isEmpty
          ? "" : " Without a seed in common: \(left.joined(separator: ", "))."),
      content: [
        Drawing.picture(
          height: bottom + 34,
          saying: "Differences in \(metric.name) to \(first.row), in percentage points: "
            + said.joined(separator: "; ") + ".", parts)
      ])
  }

  private func mark(
    _ entry: Entry, _ difference: Difference, at y: Double, _ across: Scale
  ) -> Markup {
    let x = across(difference.mean * 100)
    var parts = [Drawing.text(Drawing.short(entry.row, 46), 14, y - 11, "label")]
    if let interval = difference.interval {
      parts.append(
        Drawing.line(
          across(interval.lowerBound * 100), y, across(interval.upperBound * 100), y, "interval"))
    }
    parts += difference.values.map { value in
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
    let interval = difference.interval.map { "\n95 % interval \(Self.words($0))" } ?? ""
    parts.append(
      Markup(
        "rect",
        [
          "x": "0", "y": n(y - 22), "width": n(Drawing.width), "height": "34", "class": "hit",
          "data-tip": "\(entry.row)\nmean \(Self.signed(difference.mean))\(interval)\nseeds "
            + difference.values.map { Self.signed($0) }.joined(separator: ", "),
        ]))
    return Markup("g", ["class": "s0"], parts)
  }
}
