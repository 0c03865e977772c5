/// Colours for numbers between two bounds, in 256 steps.
struct ColorMap {
  let name: String
  let stops: [[Double]]

  /// Dark blue over grey to yellow. Brightness rises with the number, so the map is readable in
  /// grey and by the colour-blind (cividis; Nuñez, Anderton and Renslow, 2018).
  static let rising = ColorMap(
    name: "rising",
    stops: [
      [0, 34, 78], [53, 69, 108], [102, 105, 112], [149, 142, 119], [200, 184, 102],
      [254, 232, 56],
    ])

  /// Blue for numbers below zero, white at zero, and orange above.
  static let diverging = ColorMap(
    name: "diverging",
    stops: [[5, 70, 140], [90, 150, 205], [247, 247, 247], [230, 140, 60], [150, 65, 0]])

  /// A colour for each step. No two are equal, so a colour determines the step.
  var palette: [[UInt8]] {
    (0..<256).map { index in
      let place = Double(index) / 255 * Double(stops.count - 1)
      let lower = min(Int(place), stops.count - 2)
      let share = place - Double(lower)
      return (0..<3).map { channel in
        UInt8((stops[lower][channel] * (1 - share) + stops[lower + 1][channel] * share).rounded())
      }
    }
  }

  /// The step of a number. Beyond the bounds it is that of the nearest bound.
  static func step(_ value: Double, in bounds: ClosedRange<Double>) -> UInt8 {
    guard value.isFinite, bounds.upperBound > bounds.lowerBound else { return 0 }
    let share = (value - bounds.lowerBound) / (bounds.upperBound - bounds.lowerBound)
    return UInt8((max(0, min(1, share)) * 255).rounded())
  }
}
