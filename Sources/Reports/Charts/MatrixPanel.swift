/// A square matrix as an image, with ticks where one class ends and the next begins.
///
/// The page's script reads a number back from the colour of its pixel: it looks for the colour in
/// the key.
struct MatrixPanel {
  var title: String
  /// n×n, row by row.
  var values: [Double]
  var labels: [Int]
  var bounds: ClosedRange<Double>
  var colors: ColorMap
  /// Whether numbers below the bounds have the lowest colour.
  var isOpen = false
  var description: String

  private static let side = 110.0
  private static let margin = 4.0

  var markup: Markup {
    let n = labels.count
    let image = PNG(
      width: n, height: n, pixels: values.map { ColorMap.step($0, in: bounds) },
      palette: colors.palette)
    let (side, margin, number) = (Self.side, Self.margin, Drawing.number)
    let edges = (1..<max(n, 1)).filter { labels[$0] != labels[$0 - 1] }
    let ticks = edges.flatMap { edge in
      let place = margin + Double(edge) / Double(n) * (side - margin)
      return [
        Drawing.line(0, place, margin - 0.5, place, "axis"),
        Drawing.line(place, 0, place, margin - 0.5, "axis"),
      ]
    }
    let pixels = Markup(
      "image",
      [
        "x": number(margin), "y": number(margin), "width": number(side - margin),
        "height": number(side - margin), "href": image.address, "preserveAspectRatio": "none",
        "class": "matrix", "data-colors": colors.name, "data-size": "\(n)",
        "data-low": "\(bounds.lowerBound)",
        "data-high": "\(bounds.upperBound)", "data-open": isOpen ? "yes" : "",
      ])
    return Markup(
      "div", ["class": "panel"], Markup("div", ["class": "panel-title"], .text(title)),
      Drawing.picture(
        width: side, height: side, saying: "\(title): \(description)", [pixels] + ticks))
  }

  /// The key, which explains the colours.
  static func key(
    _ colors: ColorMap, _ bounds: ClosedRange<Double>, _ title: String, isOpen: Bool = false
  ) -> Markup {
    let image = PNG(
      width: 256, height: 1, pixels: (0...255).map { UInt8($0) }, palette: colors.palette)
    let middle = (bounds.lowerBound + bounds.upperBound) / 2
    let places = [(bounds.lowerBound, 2.0), (middle, 80.0), (bounds.upperBound, 158.0)]
    let anchors = ["start", "middle", "end"]
    let ticks = zip(places, anchors).map { place, anchor in
      let sign = isOpen && anchor == "start" ? "≤ " : ""
      return Drawing.text(
        sign + NumberFormat.fixed(place.0, digits: 2), place.1, 34, "tick", anchor: anchor)
    }
    return Drawing.picture(
      width: 160, height: 38,
      saying: "Colours of \(title), from \(NumberFormat.fixed(bounds.lowerBound, digits: 2)) to "
        + "\(NumberFormat.fixed(bounds.upperBound, digits: 2)).",
      [
        Drawing.text(title, 2, 9, "title"),
        Markup(
          "image",
          [
            "x": "2", "y": "13", "width": "156", "height": "10", "href": image.address,
            "preserveAspectRatio": "none", "class": "scale", "data-colors": colors.name,
          ]),
      ] + ticks, attributes: ["class": "key"])
  }
}
