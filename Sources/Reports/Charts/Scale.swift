import Foundation

/// Maps numbers to places along an axis, with ticks at round numbers.
struct Scale {
  let domain: ClosedRange<Double>
  /// The place of the domain's lower end, in the units of the drawing.
  let start: Double
  let end: Double
  /// Whether the domain and the ticks are powers of ten.
  let isLogarithmic: Bool
  /// The distance between two ticks: 1, 2 or 5 times a power of ten.
  let step: Double

  /// Whether a number can be on a scale. All numbers that a Float32 holds can, and some products of
  /// them.
  static func hasPlace(for value: Double) -> Bool { abs(value) < 1e100 }

  /// Whether numbers can be on a logarithmic scale. Numbers near 0 can only be on a linear scale,
  /// at 0.
  static func canBeLogarithmic(_ values: ClosedRange<Double>) -> Bool {
    values.lowerBound > 1e-100 && values.upperBound < 1e100
  }

  /// Extends the values to round numbers at both ends.
  init(
    _ values: ClosedRange<Double>, from start: Double, to end: Double, ticks: Int = 5,
    isLogarithmic: Bool = false
  ) {
    let values = isLogarithmic ? log10(values.lowerBound)...log10(values.upperBound) : values
    let step = max(Self.step(for: values, ticks: ticks), isLogarithmic ? 1 : 0)
    let low = (values.lowerBound / step + 1e-9).rounded(.down) * step
    let high = (values.upperBound / step - 1e-9).rounded(.up) * step
    domain = low...(high > low ? high : low + step)
    (self.start, self.end, self.step) = (start, end, step)
    self.isLogarithmic = isLogarithmic
  }

  /// Takes exactly this domain. If `isWhole`, ticks are only at whole numbers.
  init(
    exactly domain: ClosedRange<Double>, from start: Double, to end: Double, ticks: Int,
    isWhole: Bool
  ) {
    self.domain =
      domain.lowerBound < domain.upperBound
      ? domain : domain.lowerBound - 0.5...domain.upperBound + 0.5
    (self.start, self.end) = (start, end)
    step = max(Self.step(for: self.domain, ticks: ticks), isWhole ? 1 : 0)
    isLogarithmic = false
  }

  func callAsFunction(_ value: Double) -> Double {
    let value = isLogarithmic ? log10(value) : value
    let share = (value - domain.lowerBound) / (domain.upperBound - domain.lowerBound)
    return start + share * (end - start)
  }

  var ticks: [Double] {
    let first = (domain.lowerBound / step - 1e-9).rounded(.up)
    let last = (domain.upperBound / step + 1e-9).rounded(.down)
    guard first <= last else { return [] }
    return stride(from: first, through: last, by: 1).map {
      isLogarithmic ? pow(10, $0 * step) : $0 * step
    }
  }

  /// A tick as text, with enough digits to distinguish it from the next.
  func label(_ tick: Double) -> String {
    if isLogarithmic { return power(Int(log10(tick).rounded())) }
    let digits = max(0, Int((-log10(step) - 1e-9).rounded(.up)))
    return abs(tick) >= 1e6 || digits > 5
      ? NumberFormat.significant(tick, digits: 3) : NumberFormat.fixed(tick, digits: digits)
  }

  /// `0.01`, `100`, `10⁴`.
  private func power(_ exponent: Int) -> String {
    guard abs(exponent) > 3 else {
      return NumberFormat.fixed(pow(10, Double(exponent)), digits: max(0, -exponent))
    }
    let digits = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
    let raised = "\(abs(exponent))".compactMap { $0.wholeNumberValue.map { digits[$0] } }
    return "10" + (exponent < 0 ? "⁻" : "") + String(raised)
  }

  private static func step(for range: ClosedRange<Double>, ticks: Int) -> Double {
    let span = range.upperBound - range.lowerBound
    let largest = max(abs(range.lowerBound), abs(range.upperBound))
    // A step is large enough to distinguish neighbouring numbers.
    let rough = max(
      (span > 0 ? span : max(largest, 1)) / Double(max(ticks, 1)), largest * 1e-9, 1e-100)
    let power = pow(10, log10(rough).rounded(.down))
    let factor = [1.0, 2, 5, 10].first { $0 * power >= rough * 0.999 } ?? 10
    return factor * power
  }
}
