extension RunReport {
  /// The claim and what came of it.
  var verdictSection: Markup {
    var parts: [Markup] = []
    if let claim {
      parts.append(Markup("p", ["class": "claim"], Markup("strong", [:], "Claim. "), .text(claim)))
    }
    if let source {
      parts.append(Markup("p", ["class": "source"], "Source: ", Self.linked(source)))
    }
    parts.append(
      Markup(
        "p", ["class": "verdict \(verdict.outcome.style)"],
        Markup(
          "strong", [:], .text("\(verdict.outcome.sign) \(verdict.outcome.words)\(tally)"))))
    parts.append(findings)
    if let first = problems.first {
      parts.append(Markup("p", ["class": "verdict fails"], .text(first)))
      parts.append(Markup("ul", [:], problems.dropFirst().map { Markup("li", [:], .text($0)) }))
    }
    return .group(parts)
  }

  /// How many of several comparisons hold.
  var tally: String {
    let outcomes = verdict.findings.compactMap { $0.outcome }
    guard outcomes.count > 1 else { return "" }
    return ": \(outcomes.count { $0 == .holds }) of \(outcomes.count) comparisons hold"
  }

  private var findings: Markup {
    let lines = verdict.findings.map { finding in
      Markup("li", [:], .text((finding.outcome.map { "\($0.sign) " } ?? "") + finding.text))
    }
    guard !lines.isEmpty else { return .nothing }
    let isCompared = verdict.findings.contains { $0.outcome != nil }
    return .group([
      Markup("ul", ["class": "findings"], lines),
      isCompared
        ? Markup(
          "p", ["class": "note"],
          .text(
            "Mean differences, paired by seed, in percentage points. ✓: the whole interval is "
              + "above 0. ✗: below 0. ?: 0 is in it, or there is none."))
        : .nothing,
    ])
  }

  /// Addresses are links, and anything else is text.
  private static func linked(_ source: String) -> Markup {
    var parts: [Markup] = []
    var rest = source[...]
    while let found = rest.firstMatch(of: /https?:\/\/[^\s<>"]+/) {
      let address = address(in: found.output)
      let text = String(address)
      parts.append(.text(String(rest[..<address.startIndex])))
      parts.append(Markup("a", ["href": text], .text(text)))
      rest = rest[address.endIndex...]
    }
    return .group(parts + [.text(String(rest))])
  }

  /// An address without what ends the sentence that it stands in: a comma, a bracket that was opened
  /// before it.
  private static func address(in text: Substring) -> Substring {
    var address = text
    while let last = address.last {
      let isOpened = { (open: Character, close: Character) in
        last == close && address.count { $0 == close } > address.count { $0 == open }
      }
      guard ".,;:!?'’”»…".contains(last) || isOpened("(", ")") || isOpened("[", "]") else { break }
      address.removeLast()
    }
    return address
  }
}

extension RunReport.Verdict.Outcome {
  var words: String {
    switch self {
    case .holds: "Holds here"
    case .doesNotHold: "Does not hold here"
    case .notResolved: "Not resolved here"
    case .notTested: "Not tested: no comparison is stated"
    case .nothingClaimed: "Nothing claimed"
    }
  }

  var sign: String {
    switch self {
    case .holds: "✓"
    case .doesNotHold: "✗"
    case .notResolved: "?"
    case .notTested, .nothingClaimed: "–"
    }
  }

  var style: String {
    switch self {
    case .holds: "holds"
    case .doesNotHold: "fails"
    case .notResolved, .notTested, .nothingClaimed: "open"
    }
  }
}
