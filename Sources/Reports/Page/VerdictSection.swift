import Experiments

extension Results {
  /// The claim and its verdict.
  var verdictSection: Markup {
    let verdict = Verdict(self)
    var parts: [Markup] = []
    if let claim = recipe.claim {
      parts.append(Markup("p", ["class": "claim"], Markup("strong", [:], "Claim. "), .text(claim)))
    }
    if let source = recipe.source {
      parts.append(Markup("p", ["class": "source"], "Source: ", Self.linked(source)))
    }
    let design = recipe.designSentences(Analysis(of: self))
    if !design.isEmpty {
      parts.append(Markup("p", ["class": "design"], .text(design.joined(separator: " "))))
    }
    parts.append(
      Markup(
        "p", ["class": "verdict \(verdict.style)"],
        Markup(
          "strong", [:], .text("\(verdict.sign) \(verdict.words)\(verdict.tally)"))))
    parts.append(Self.findings(of: verdict))
    let problems = divergenceSentences
    if let first = problems.first {
      parts.append(Markup("p", ["class": "verdict fails"], .text(first)))
      parts.append(Markup("ul", [:], problems.dropFirst().map { Markup("li", [:], .text($0)) }))
    }
    return .group(parts)
  }

  private static func findings(of verdict: Verdict) -> Markup {
    func list(_ findings: [Verdict.Finding]) -> Markup {
      Markup(
        "ul", ["class": "findings"],
        findings.map { finding in
          Markup(
            "li", [:], .text((finding.outcome.map { "\($0.sign) " } ?? "") + finding.text))
        })
    }
    func note(_ text: String) -> Markup { Markup("p", ["class": "note"], .text(text)) }
    let primary = verdict.findings.filter { $0.isPrimary }
    let others = verdict.findings.filter { !$0.isPrimary }
    var parts: [Markup] = []
    if !primary.isEmpty {
      parts += [
        list(primary),
        note(
          "Mean differences, paired by seed, in percentage points. By p-values adjusted within this set, "
            + "✓: the difference is above 0. ✗: below 0. ≈: it is within the equivalence bound. ?: none of "
            + "these is shown. Intervals are not adjusted."),
      ]
    }
    guard !others.isEmpty else { return .group(parts) }
    let areCompared = others.contains { $0.outcome != nil }
    if areCompared, !primary.isEmpty { parts.append(Markup("h4", [:], "Exploratory comparisons")) }
    parts.append(list(others))
    guard areCompared else { return .group(parts) }
    return .group(
      parts + [
        note(
          "Mean differences, paired by seed, in percentage points. ✓: the whole interval is "
            + "above 0. ✗: below 0. ?: 0 is in it, or there is none. "
            + (primary.isEmpty
              ? "No comparison is primary, so all are exploratory: nothing" : "Nothing")
            + " here is adjusted for there being several.")
      ])
  }

  /// The text with its addresses as links.
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

  /// An address without the end of the sentence that contains it: a comma, or a closing bracket
  /// that was opened before the address.
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
