extension Markup {
  /// An equation in Unicode. Its `_c` and `_{l ≥ k}` become subscripts. A word that contains an
  /// underscore stays as it is.
  static func equation(_ text: String) -> Markup {
    var parts: [Markup] = []
    var rest = text[...]
    while let found = rest.firstMatch(of: /_(?:\{([^}]*)\}|(\p{L})(?![\p{L}\p{Nd}_]))/) {
      parts.append(.text(String(rest[..<found.range.lowerBound])))
      let subscripted = found.1 ?? found.2 ?? ""
      parts.append(Markup("sub", [:], .text(String(subscripted))))
      rest = rest[found.range.upperBound...]
    }
    return .group(parts + [.text(String(rest))])
  }
}
