extension String {
  /// The text on one line. Escapes such as `\n` and `\u{1B}` replace characters that move the cursor of
  /// a terminal, change its colours or turn the direction of text.
  package var visible: String {
    unicodeScalars.contains { $0.isHidden } ? String(escaped(keeping: [])) : self
  }

  /// The text with such escapes, but with its own lines and tabs.
  package var visibleInLines: String {
    unicodeScalars.contains { $0.isHidden } ? String(escaped(keeping: ["\n", "\t"])) : self
  }

  private func escaped(keeping kept: [Unicode.Scalar]) -> String {
    unicodeScalars.reduce(into: "") { text, scalar in
      guard scalar.isHidden, !kept.contains(scalar) else {
        text.unicodeScalars.append(scalar)
        return
      }
      switch scalar {
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      default: text += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
      }
    }
  }
}

extension Unicode.Scalar {
  /// Whether it is a control character, a line break of another kind, or an override of direction.
  fileprivate var isHidden: Bool {
    switch properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: true
    default: (0x202A...0x202E).contains(value) || (0x2066...0x2069).contains(value)
    }
  }
}
