import Distillation
import Reports

/// One parameter of a component, with its default.
struct ParameterDescription {
  let name: String
  let value: Any

  /// Every parameter of a type.
  static func all<T: Configurable>(of type: T.Type) -> [ParameterDescription] {
    T().parameters.map { ParameterDescription(name: $0.name, value: $0.value) }
  }

  var defaultText: String { Distillation.describe(value) }

  /// Every value, where these are few.
  var choices: [String] {
    (value as? any CaseIterable & RawRepresentable<String>).map { rawValues(of: $0) } ?? []
  }

  private func rawValues<T: CaseIterable & RawRepresentable<String>>(of value: T) -> [String] {
    T.allCases.map { $0.rawValue }
  }

  var json: JSON {
    var members: [(String, JSON)] = [
      ("name", .string(name)), ("default", JSON(parameter: value)),
    ]
    if !choices.isEmpty { members.append(("choices", .strings(choices))) }
    return .object(members)
  }
}
