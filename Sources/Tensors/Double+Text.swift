extension Double {
  /// This number with at most so many significant figures, without zeros at the end: `0.25`, `-12`,
  /// `1.5e-07`. A whole number below a million has all its figures.
  package func text(figures: Int) -> String {
    guard isFinite else { return isNaN ? "NaN" : self < 0 ? "-inf" : "inf" }
    let sign = self < 0 ? "-" : ""
    guard magnitude != magnitude.rounded() || magnitude >= 1e6 else {
      return sign + "\(Int(magnitude))"
    }
    guard magnitude > 1e-300 else { return "\(self)" }
    var exponent = Int(magnitude.decimalLogarithm().rounded(.down))
    let figures = exponent < 6 ? max(figures, exponent + 1) : figures
    var whole = magnitude.whole(figures: figures, exponent: exponent)
    // Rounding up may lead to one figure more.
    if whole >= Self.power(figures) {
      exponent += 1
      whole = magnitude.whole(figures: figures, exponent: exponent)
    }
    var digits = Array("\(Int(whole))")
    while digits.count > 1, digits.last == "0" { digits.removeLast() }
    guard -4..<6 ~= exponent else {
      let power = "\(exponent.magnitude < 10 ? "0" : "")\(exponent.magnitude)"
      return sign + Self.text(digits, point: 1) + "e\(exponent < 0 ? "-" : "+")\(power)"
    }
    return sign + Self.text(digits, point: exponent + 1)
  }

  /// Figures with a point after so many of them, and with the zeros that this takes.
  private static func text(_ digits: [Character], point: Int) -> String {
    let digits = [Character](repeating: "0", count: max(0, 1 - point)) + digits
    let point = max(point, 1)
    let zeros = String(repeating: "0", count: max(0, point - digits.count))
    let fraction = digits.dropFirst(point)
    return String(digits.prefix(point)) + zeros + (fraction.isEmpty ? "" : "." + String(fraction))
  }

  /// This number, whose first figure counts 10ⁿ with n the exponent, as a whole number of so many
  /// figures.
  private func whole(figures: Int, exponent: Int) -> Double {
    let shift = figures - 1 - exponent
    return (shift < 0 ? self / Self.power(-shift) : self * Self.power(shift)).rounded()
  }

  private static func power(_ exponent: Int) -> Double { 10.0.raised(to: Double(exponent)) }
}
