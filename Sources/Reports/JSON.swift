/// A JSON value whose objects keep the order in which their members were written, so that equal
/// results are equal bytes.
package enum JSON: Sendable {
  case null
  case boolean(Bool)
  case integer(Int)
  /// The shortest digits that read back as the same Double. JSON has no infinity and no NaN: these
  /// are written as `null`.
  case number(Double)
  case string(String)
  case array([JSON])
  case object([(name: String, value: JSON)])

  /// The value as text, without a newline at its end: what fits on one line and has no object
  /// within it on one line, otherwise one member a line.
  package var text: String {
    var text = ""
    write(to: &text, indentation: 0)
    return text
  }
}

extension JSON {
  private static let longestLine = 100

  private func write(to text: inout String, indentation: Int) {
    switch self {
    case .null: text += "null"
    case .boolean(let value): text += value ? "true" : "false"
    case .integer(let value): text += "\(value)"
    case .number(let value): text += value.isFinite ? "\(value)" : "null"
    case .string(let value): Self.write(value, to: &text)
    case .array(let values):
      Self.write(
        values.map { (nil, $0) }, between: ("[", "]"), to: &text, indentation: indentation)
    case .object(let members):
      Self.write(
        members.map { ($0.name, $0.value) }, between: ("{", "}"), to: &text,
        indentation: indentation)
    }
  }

  private static func write(
    _ members: [(name: String?, value: JSON)], between brackets: (String, String),
    to text: inout String, indentation: Int
  ) {
    let margin = String(repeating: "  ", count: indentation)
    let parts = members.map { member in
      var part = ""
      if let name = member.name {
        write(name, to: &part)
        part += ": "
      }
      member.value.write(to: &part, indentation: indentation + 1)
      return part
    }
    let line = parts.joined(separator: ", ")
    let isShort =
      members.allSatisfy { $0.value.hasNoObject }
      && margin.count + line.utf8.count < longestLine - 2
    text +=
      isShort
      ? brackets.0 + line + brackets.1
      : "\(brackets.0)\n"
        + parts.map { "\(margin)  \($0)" }.joined(separator: ",\n")
        + "\n\(margin)\(brackets.1)"
  }

  private var hasNoObject: Bool {
    switch self {
    case .array(let values): values.allSatisfy { $0.hasNoObject }
    case .object(let members): members.isEmpty
    default: true
    }
  }

  private static func write(_ string: String, to text: inout String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
