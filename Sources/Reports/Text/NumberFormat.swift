import Foundation

/// Formats numbers as the tables write them. Values that are not finite are `NaN`, `inf` and
/// `-inf`.
package enum NumberFormat {
  /// `84.60`: this many digits after the point. A value that rounds to zero has no sign.
  package static func fixed(_ value: Double, digits: Int) -> String {
    guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "-inf" : "inf" }
    let text = String(format: "%.\(digits)f", value)
    return text.contains { $0 != "-" && $0 != "0" && $0 != "." } ? text : text.unsigned
  }

  /// `0.01234568`, `1.234568e-09`: this many significant digits.
  package static func significant(_ value: Double, digits: Int) -> String {
    guard value.isFinite else { return fixed(value, digits: 0) }
    return String(format: "%.\(digits)g", value)
  }

  /// `84.60 ± 0.15`: a mean, with its standard deviation if there is one.
  package static func mean(_ mean: Double, deviation: Double?, digits: Int) -> String {
    with(deviation, fixed(mean, digits: digits), digits)
  }

  /// `84.60 %` for 0.846.
  package static func percent(_ fraction: Double, digits: Int = 2) -> String {
    percentage(fraction, digits: digits) + " %"
  }

  /// `84.60` for 0.846.
  static func percentage(_ fraction: Double, digits: Int = 2) -> String {
    fixed(fraction * 100, digits: digits)
  }

  /// `+1.20` for 0.012: a difference in percentage points.
  static func points(_ fraction: Double) -> String {
    difference(fraction * 100, standardError: nil, digits: 2)
  }

  /// `±0.50` for 0.005: an equivalence bound in percentage points.
  package static func bound(_ fraction: Double) -> String { "±" + percentage(fraction) }

  /// `0.0312`, `0.420`, `<0.0001`: a p-value.
  package static func pValue(_ value: Double) -> String {
    value < 0.0001 ? "<0.0001" : fixed(value, digits: value < 0.1 ? 4 : 3)
  }

  /// `+1.20 to +1.90`.
  static func points(_ interval: ClosedRange<Double>) -> String {
    "\(points(interval.lowerBound)) to \(points(interval.upperBound))"
  }

  /// `+1.20 ± 0.35`: a difference, with its standard error if there is one.
  package static func difference(_ mean: Double, standardError: Double?, digits: Int) -> String {
    let text = fixed(mean, digits: digits)
    let isPositive = mean > 0 && text.contains { $0 >= "1" && $0 <= "9" || $0 == "i" }
    return with(standardError, isPositive ? "+" + text : text, digits)
  }

  /// `0.85 ms`, `850 ms`, `12.3 s`, `5 min 03 s`, `2 h 05 min`.
  package static func duration(seconds: Double) -> String {
    guard seconds.isFinite else { return fixed(seconds, digits: 0) }
    if seconds < 0.00995 { return fixed(seconds * 1000, digits: 2) + " ms" }
    if seconds < 0.9995 { return fixed(seconds * 1000, digits: 0) + " ms" }
    if seconds < 59.95 { return fixed(seconds, digits: 1) + " s" }
    if seconds < 3599.5 {
      let whole = Int(seconds.rounded())
      return "\(whole / 60) min \(twoDigits(whole % 60)) s"
    }
    // For this many hours, a Double cannot distinguish minutes.
    guard seconds < 1e15 else { return significant(seconds / 3600, digits: 3) + " h" }
    let minutes = (seconds / 60).rounded()
    let hours = (minutes / 60).rounded(.down)
    return "\(fixed(hours, digits: 0)) h \(twoDigits(Int(minutes - 60 * hours))) min"
  }

  /// `0:12`, `5:03`, `2:05:00`: the time that is left, to the second.
  package static func clock(seconds: Double) -> String {
    guard abs(seconds) < 1e9 else { return "–" }
    let whole = Int(seconds.rounded(.up))
    let (hours, minutes) = (whole / 3600, whole / 60 % 60)
    let end = twoDigits(whole % 60)
    return hours > 0 ? "\(hours):\(twoDigits(minutes)):\(end)" : "\(minutes):\(end)"
  }

  /// `78,144`.
  package static func grouped(_ number: Int) -> String {
    let digits = Array("\(number.magnitude)")
    let grouped = digits.indices.map { index in
      (index > 0 && (digits.count - index) % 3 == 0 ? "," : "") + String(digits[index])
    }
    return (number < 0 ? "-" : "") + grouped.joined()
  }

  private static func with(_ uncertainty: Double?, _ text: String, _ digits: Int) -> String {
    uncertainty.map { "\(text) ± \(fixed($0, digits: digits))" } ?? text
  }

  private static func twoDigits(_ number: Int) -> String {
    number < 10 ? "0\(number)" : "\(number)"
  }
}

extension String {
  fileprivate var unsigned: String { hasPrefix("-") ? String(dropFirst()) : self }
}
