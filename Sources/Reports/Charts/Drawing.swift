/// The parts of drawings. A unit is about a pixel of a phone.
enum Drawing {
  /// The width of every chart, which fits a phone of 380 pixels.
  static let width = 340.0

  /// A number as an attribute takes it, rounded to a hundredth.
  static func number(_ value: Double) -> String {
    let text = NumberFormat.fixed(value, digits: 2)
    guard text.contains(".") else { return text }
    let short = text.reversed().drop { $0 == "0" }
    return String((short.first == "." ? short.dropFirst() : short).reversed())
  }

  /// A picture with a description of what it shows.
  static func picture(
    width: Double = width, height: Double, saying description: String, _ parts: [Markup],
    attributes: KeyValuePairs<String, String> = [:]
  ) -> Markup {
    guard
      case .element(let name, let own, let children) = Markup(
        "svg",
        [
          "viewBox": "0 0 \(number(width)) \(number(height))", "role": "img",
          "aria-label": description,
        ], parts)
    else { return .nothing }
    let more = attributes.map { Markup.Attribute(name: $0.key, value: $0.value) }
    return .element(name, attributes: own + more, children: children)
  }

  static func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ style: String)
    -> Markup
  {
    Markup(
      "line",
      [
        "x1": number(x1), "y1": number(y1), "x2": number(x2), "y2": number(y2), "class": style,
      ])
  }

  static func text(
    _ content: String, _ x: Double, _ y: Double, _ style: String = "", anchor: String = "start"
  ) -> Markup {
    Markup(
      "text",
      ["x": number(x), "y": number(y), "class": style, "text-anchor": anchor], .text(content))
  }

  static func path(_ points: [(x: Double, y: Double)], closed: Bool = false, _ style: String)
    -> Markup
  {
    let steps = points.enumerated().map { index, point in
      "\(index == 0 ? "M" : "L")\(number(point.x)) \(number(point.y))"
    }
    return Markup("path", ["d": steps.joined() + (closed ? "Z" : ""), "class": style])
  }

  /// A name, cut to this many columns if it is longer. Wide letters take two columns.
  static func short(_ name: String, _ length: Int) -> String {
    guard name.displayWidth > length else { return name }
    var short = ""
    for letter in name {
      guard (short + String(letter)).displayWidth < length else { break }
      short.append(letter)
    }
    return short + "…"
  }

  /// A name, cut to a width in units if it is longer, in the bold letters of the names of lines.
  static func short(_ name: String, width: Double) -> String {
    guard self.width(of: name) > width else { return name }
    var short = ""
    for letter in name {
      guard self.width(of: short + String(letter) + "…") <= width else { break }
      short.append(letter)
    }
    return short + "…"
  }

  /// The greatest width that a name can have, in the letters of the widest common font: DejaVu Sans
  /// Bold.
  static func width(of name: String) -> Double {
    name.reduce(0) { sum, letter in
      let share =
        switch letter {
        case _ where letter.displayWidth > 1: 1.05
        case "i", "j", "l", "I", ".", ",", ":", ";", "'", "|", "!", " ", "-", "(", ")": 0.46
        case "f", "r", "t", "_": 0.5
        case "c", "s", "z": 0.6
        case "W", "M", "m", "w", "@", "%", "…": 1.12
        case "a"..."z", "0"..."9": 0.72
        default: 0.9
        }
      return sum + 11.5 * share
    }
  }

  /// Places for labels, near the places where they belong. No two are closer than `gap`, and all
  /// are within the bounds as far as there is room.
  static func spread(_ places: [Double], gap: Double, within bounds: ClosedRange<Double>)
    -> [Double]
  {
    let order = places.indices.sorted { (places[$0], $0) < (places[$1], $1) }
    var spread = places
    var last = bounds.lowerBound - gap
    for index in order {
      last = max(places[index], last + gap)
      spread[index] = last
    }
    var next = bounds.upperBound + gap
    for index in order.reversed() {
      next = min(spread[index], next - gap)
      spread[index] = next
    }
    return spread
  }
}
