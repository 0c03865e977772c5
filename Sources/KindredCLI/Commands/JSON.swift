import Foundation

/// A JSON value as commands write it: members in their order, and short values on one line, neither
/// of which `JSONEncoder` offers.
enum JSON: Sendable {
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
  var text: String { text(indentation: 0) }
}

extension JSON {
  private static let longestLine = 100

  private func text(indentation: Int) -> String {
    switch self {
    case .null: "null"
    case .boolean(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .number(let value): value.isFinite ? "\(value)" : "null"
    case .string(let value): Self.quoted(value)
    case .array(let values):
      text(values.map { $0.text(indentation: indentation + 1) }, "[", "]", indentation)
    case .object(let members):
      text(
        members.map { "\(Self.quoted($0.name)): \($0.value.text(indentation: indentation + 1))" },
        "{", "}", indentation)
    }
  }

  private func text(
    _ members: [String], _ opening: String, _ closing: String, _ indentation: Int
  ) -> String {
    let margin = String(repeating: "  ", count: indentation)
    let line = members.joined(separator: ", ")
    guard hasObjects || margin.count + line.utf8.count >= Self.longestLine - 2 else {
      return opening + line + closing
    }
    let lines = members.map { "\(margin)  \($0)" }.joined(separator: ",\n")
    return "\(opening)\n\(lines)\n\(margin)\(closing)"
  }

  /// Whether there is an object with members within.
  private var hasObjects: Bool {
    switch self {
    case .array(let values): values.contains { $0.isObject || $0.hasObjects }
    case .object(let members): members.contains { $0.value.isObject || $0.value.hasObjects }
    default: false
    }
  }

  private var isObject: Bool {
    if case .object(let members) = self { !members.isEmpty } else { false }
  }

  private static func quoted(_ string: String) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    // No string is refused.
    return (try? encoder.encode(string)).map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
  }
}
