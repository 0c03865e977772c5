/// A part of a loss that an error says a program does not know.
struct UnknownPart {
  let name: String
  /// Whether the error names another part that may have been meant.
  let hasNearName: Bool

  /// `nil` if the error says something else. Errors of formulas and recipes are texts, with the place
  /// in the file before them.
  init?(_ error: any Error) {
    let text = "\(error)"
    guard
      let match = text.firstMatch(
        of: /\b(?:no (?:term|relation|matcher|knowledge)|nothing is named) '([^']*)'/)
    else { return nil }
    name = String(match.1)
    hasNearName = text[match.range.upperBound...].prefixMatch(of: /(; | \()did you mean '/) != nil
  }
}
