import Distillation
import Reports

/// One parameter of a component, with its default.
struct ParameterDescription {
  let name: String
  let value: Any
  /// What it is, in a sentence; `nil` if its type is of another package, which did not say.
  var summary: String?
  /// What each of its values is, if they are few and all are explained.
  var choiceSummaries: [(name: String, summary: String)] = []

  var defaultText: String { Distillation.describe(value) }

  /// `temperature: 4`, as a formula writes it with its default.
  var argument: String { "\(name): \(defaultText)" }

  /// Every value, if these are few.
  var choices: [String] {
    (value as? any CaseIterable & RawRepresentable<String>).map { rawValues(of: $0) } ?? []
  }

  private func rawValues<T: CaseIterable & RawRepresentable<String>>(of value: T) -> [String] {
    T.allCases.map { $0.rawValue }
  }

  /// What it is, and every value if these are few.
  var meaning: String {
    let choices =
      choices.isEmpty ? nil : "One of \(choices.joined(separator: ", ", last: " or "))."
    return [summary, choices].compactMap { $0 }.joined(separator: " ")
  }

  var json: JSON {
    var members: [(String, JSON)] = [
      ("name", .string(name)), ("default", JSON(parameter: value)),
    ]
    if !choices.isEmpty { members.append(("choices", .strings(choices))) }
    if let summary { members.append(("summary", .string(summary))) }
    if !choiceSummaries.isEmpty {
      members.append(
        ("choiceSummaries", .object(choiceSummaries.map { ($0.name, .string($0.summary)) })))
    }
    return .object(members)
  }
}
