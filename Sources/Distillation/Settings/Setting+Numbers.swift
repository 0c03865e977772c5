extension Setting {
  /// Makes a setting of a whole number, exactly: as a Double if one holds it, otherwise with all its
  /// digits.
  public init(whole number: some BinaryInteger) {
    if let double = Double(exactly: number) {
      self = .number(double)
    } else if let exact = Int128(exactly: number) {
      self = .whole(exact)
    } else {
      self = .number(Double(number))
    }
  }

  /// The number as a Double, if it is a number.
  package var double: Double? {
    switch self {
    case .number(let number): number
    case .whole(let number): Double(number)
    default: nil
    }
  }

  /// The number with its sign changed, if it is a number.
  package var negated: Setting? {
    switch self {
    case .number(let number): .number(-number)
    case .whole(let number): Setting(whole: -number)
    default: nil
    }
  }

  /// Why digits are no number.
  package enum NumberProblem: Error { case malformed, tooLarge, tooSmall }

  /// Reads a number in decimal digits: `12`, `0.5`, `.5`, `5.`, `1e-3`. A whole number keeps all its
  /// digits.
  ///
  /// Throws if the text is no number, or if no Double can hold the number.
  package init(decimal text: String) throws(NumberProblem) {
    guard let literal = DecimalLiteral(text), let number = Double(literal.normalized) else {
      throw .malformed
    }
    guard number.isFinite else { throw .tooLarge }
    if number == 0, literal.digits.contains(where: { $0 != "0" }) { throw .tooSmall }
    // Below 2⁵³ every whole number is a Double.
    if number >= 0x1p53, let whole = literal.wholeNumber {
      self = Setting(whole: whole)
    } else {
      self = .number(number)
    }
  }
}

/// The parts of a decimal number without a sign.
private struct DecimalLiteral {
  let whole: Substring
  let fraction: Substring
  let exponent: Substring

  init?(_ text: String) {
    let isDigit = { (character: Character) in ("0"..."9").contains(character) }
    var rest = text[...]
    whole = rest.prefix(while: isDigit)
    rest = rest.dropFirst(whole.count)
    if rest.first == "." { rest = rest.dropFirst() }
    fraction = rest.startIndex > whole.endIndex ? rest.prefix(while: isDigit) : ""
    rest = rest.dropFirst(fraction.count)
    guard !whole.isEmpty || !fraction.isEmpty else { return nil }
    guard let sign = rest.first else {
      exponent = "0"
      return
    }
    exponent = rest.dropFirst()
    let digits = exponent.drop { "+-".contains($0) }
    guard sign == "e" || sign == "E", exponent.count - digits.count < 2, !digits.isEmpty,
      digits.allSatisfy(isDigit)
    else { return nil }
  }

  var digits: Substring { whole + fraction }

  /// The number as Double reads it.
  var normalized: String {
    "\(whole.isEmpty ? "0" : whole).\(fraction.isEmpty ? "0" : fraction)e\(exponent)"
  }

  /// The number exactly, if it is whole and has at most 38 digits.
  var wholeNumber: Int128? {
    guard let exponent = Int(exponent) else { return nil }
    let (shift, isBeyond) = exponent.subtractingReportingOverflow(fraction.count)
    guard !isBeyond, (-1_000_000...38).contains(shift) else { return nil }
    let (kept, cut) = (digits.dropLast(max(0, -shift)), digits.suffix(max(0, -shift)))
    guard cut.allSatisfy({ $0 == "0" }) else { return nil }
    return Int128(kept + String(repeating: "0", count: max(0, shift)))
  }
}

extension FixedWidthInteger {
  /// The number of a setting, if it is one of this type.
  init?(_ setting: Setting) {
    switch setting {
    case .number(let number): self.init(exactly: number)
    case .whole(let number): self.init(exactly: number)
    default: return nil
    }
  }

  /// The end of the sentence "expected …, not …" for a setting of this type.
  static func expectation(insteadOf setting: Setting) -> String {
    let kind = "a whole number"
    guard let number = setting.double, number == number.rounded(), number.isFinite,
      isSigned || number >= 0
    else { return kind + (isSigned ? "" : " of 0 or more") }
    return "\(kind) from \(min) to \(max)"
  }
}
