/// Lines over one axis. A line may have a band around it, and has its name at its end.
struct LineChart {
  struct Series {
    var name: String
    /// The line's colour, and whether it is dashed.
    var style: String
    var points: [Point]
  }

  struct Point {
    var x: Double
    var y: Double
    var band: ClosedRange<Double>?
  }

  var x: String
  var y: String
  var series: [Series]
  /// Numbers that the vertical axis always includes.
  var includes: [Double] = []
  var digits = 2
  /// Numbers that the horizontal axis always includes.
  var spans: [Double] = []
  /// Whether the horizontal axis has only whole numbers.
  var isWhole = true
  /// Whether the vertical axis may be logarithmic. It is if all numbers are positive and the
  /// largest is more than a thousand times the smallest.
  var mayBeLogarithmic = false
  /// The name of a place on the horizontal axis: "epoch 3".
  var place: (Double) -> String
  /// The description of the whole chart.
  var description: String

  /// The number of points that have a number but no place on a scale.
  var pointsWithoutPlace: Int {
    series.reduce(0) { $0 + $1.points.count { !$0.y.isNaN && !Self.hasPlace(for: $0) } }
  }

  private static func hasPlace(for point: Point) -> Bool {
    [point.x, point.y, point.band?.lowerBound ?? 0, point.band?.upperBound ?? 0]
      .allSatisfy(Scale.hasPlace)
  }

  private var height: Double { max(210, Double(series.count) * 12.5 + 60) }

  /// The drawing, or `nil` if there are no points.
  var markup: Markup? {
    let shown = series.map { series in
      var finite = series
      finite.points = series.points.filter(Self.hasPlace)
      return finite
    }.filter { !$0.points.isEmpty }
    let xs = spans + shown.flatMap { $0.points.map(\.x) }
    let seen = shown.flatMap {
      $0.points.flatMap { [$0.y, $0.band?.lowerBound, $0.band?.upperBound] }
    }
    .compactMap { $0 }
    guard let left = xs.min(), let right = xs.max(), let least = seen.min(), let most = seen.max(),
      !shown.isEmpty
    else { return nil }
    let isLogarithmic =
      mayBeLogarithmic && Scale.canBeLogarithmic(least...most) && most > 1000 * least
    let ys = isLogarithmic ? seen : includes + seen
    let across = Scale(
      exactly: left...right, from: 42, to: Drawing.width - room(for: shown), ticks: 4,
      isWhole: isWhole)
    let up = Scale(
      (ys.min() ?? least)...(ys.max() ?? most), from: height - 34, to: 22,
      isLogarithmic: isLogarithmic)
    return Drawing.picture(
      height: height, saying: description,
      axes(across, up) + shown.map { line($0, across, up) } + names(shown, across, up)
        + hits(shown, across, up))
  }

  /// The greatest width of the names at the ends of the lines.
  private static let longest = 100.0

  private func room(for shown: [Series]) -> Double {
    14 + min(Self.longest, shown.map { Drawing.width(of: $0.name) }.max() ?? 0)
  }

  private func axes(_ across: Scale, _ up: Scale) -> [Markup] {
    var parts: [Markup] = []
    for tick in up.ticks {
      parts.append(Drawing.line(across.start, up(tick), across.end, up(tick), "rule"))
      parts.append(
        Drawing.text(up.label(tick), across.start - 5, up(tick) + 3.5, "tick", anchor: "end"))
    }
    for tick in across.ticks {
      parts.append(Drawing.line(across(tick), up.start, across(tick), up.start + 3, "axis"))
      parts.append(
        Drawing.text(across.label(tick), across(tick), up.start + 14, "tick", anchor: "middle"))
    }
    parts.append(Drawing.line(across.start, up.start, across.end, up.start, "axis"))
    parts.append(Drawing.text(y + (up.isLogarithmic ? " (logarithmic)" : ""), 2, 9, "title"))
    parts.append(
      Drawing.text(x, (across.start + across.end) / 2, height - 4, "title", anchor: "middle"))
    return parts
  }

  private func line(_ series: Series, _ across: Scale, _ up: Scale) -> Markup {
    var parts: [Markup] = []
    let banded = series.points.filter { ($0.band?.upperBound ?? 0) > ($0.band?.lowerBound ?? 0) }
    if banded.count > 1 {
      let edges = series.points.map { point in
        (
          across(point.x), up(point.band?.upperBound ?? point.y),
          up(point.band?.lowerBound ?? point.y)
        )
      }
      let outline = edges.map { (x: $0.0, y: $0.1) } + edges.reversed().map { (x: $0.0, y: $0.2) }
      parts.append(Drawing.path(outline, closed: true, "band"))
    }
    parts.append(Drawing.path(series.points.map { (x: across($0.x), y: up($0.y)) }, "line"))
    if series.points.count == 1, let point = series.points.first {
      parts.append(
        Markup(
          "circle",
          [
            "cx": Drawing.number(across(point.x)), "cy": Drawing.number(up(point.y)), "r": "3",
            "class": "mark",
          ]))
    }
    return Markup("g", ["class": series.style], parts)
  }

  /// The names at the ends of the lines, as close to these as possible.
  private func names(_ shown: [Series], _ across: Scale, _ up: Scale) -> [Markup] {
    let ends = shown.map { up($0.points.last?.y ?? 0) }
    let places = Drawing.spread(ends, gap: 12.5, within: 14...(height - 36))
    return zip(zip(shown, ends), places).map { entry, place in
      let (series, end) = entry
      return Markup(
        "g", ["class": series.style],
        Drawing.line(across.end + 1, end, across.end + 8, place, "leader"),
        Drawing.text(
          Drawing.short(series.name, width: Self.longest), across.end + 10, place + 3.5, "name"))
    }
  }

  /// For every place on the horizontal axis, the values of all lines there.
  private func hits(_ shown: [Series], _ across: Scale, _ up: Scale) -> [Markup] {
    let all = Set(shown.flatMap { $0.points.map(\.x) }).sorted()
    let stride = max(1, (all.count + 99) / 100)
    let xs = all.indices.filter { $0 % stride == 0 || $0 == all.count - 1 }.map { all[$0] }
    return xs.enumerated().map { index, x in
      let left = index == 0 ? across.start : across((xs[index - 1] + x) / 2)
      let right = index == xs.count - 1 ? across.end : across((xs[index + 1] + x) / 2)
      let lines = shown.compactMap { series in
        series.points.first { $0.x == x }.map { "\(series.name): \(said($0))" }
      }
      return Markup(
        "rect",
        [
          "x": Drawing.number(left), "y": Drawing.number(up.end),
          "width": Drawing.number(max(right - left, 1)),
          "height": Drawing.number(up.start - up.end), "class": "hit",
          "data-tip": ([place(x)] + lines).joined(separator: "\n"),
        ])
    }
  }

  private func said(_ point: Point) -> String {
    func text(_ value: Double) -> String {
      let fixed = NumberFormat.fixed(value, digits: digits)
      return abs(value) < 0.01 && value != 0
        ? NumberFormat.significant(value, digits: 3) : fixed
    }
    guard let band = point.band, band.upperBound > band.lowerBound else { return text(point.y) }
    return "\(text(point.y)) (\(text(band.lowerBound)) to \(text(band.upperBound)))"
  }
}
