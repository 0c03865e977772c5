import Distillation

/// What each parameter is, for Kindred's own types and for those that a program adds.
struct ParameterGuide: Sendable {
  private let comments: ParameterComments

  init(adding comments: ParameterComments = [:]) {
    self.comments = Self.kindred.merging(comments) { _, added in added }
  }

  /// The parameters of a type with its defaults and what they are, in the order of declaration.
  func parameters<T: Configurable>(of type: T.Type) -> [ParameterDescription] {
    parameters(of: T.standard as any Configurable)
  }

  /// What is held as ``SharedParameters`` stands among a value's own. A comment of the holder on a
  /// property with the parameter's name goes before that of the type which declares it.
  private func parameters(of value: any Configurable) -> [ParameterDescription] {
    let own = comments[Self.name(of: type(of: value))] ?? [:]
    return Mirror(reflecting: value).children.flatMap { child in
      guard let shared = child.value as? any SharedParameters else {
        guard let name = child.label else { return [ParameterDescription]() }
        return [parameter(name, child.value, summary: own[name])]
      }
      return parameters(of: shared).map { parameter in
        var parameter = parameter
        if parameter.name == child.label, let summary = own[parameter.name] {
          parameter.summary = summary
        }
        return parameter
      }
    }
  }

  private func parameter(
    _ name: String, _ value: Any, summary: String?
  ) -> ParameterDescription {
    var parameter = ParameterDescription(name: name, value: value, summary: summary)
    let known = comments[Self.name(of: type(of: value))] ?? [:]
    let summaries = parameter.choices.compactMap { choice in
      known[choice].map { (name: choice, summary: $0) }
    }
    if summaries.count == parameter.choices.count { parameter.choiceSummaries = summaries }
    return parameter
  }

  /// A type's full name, without generic arguments: `Distillation.Scheduled.Settings`.
  static func name(of type: Any.Type) -> String {
    var depth = 0
    return String(
      String(reflecting: type).filter { character in
        if character == "<" { depth += 1 }
        defer { if character == ">" { depth -= 1 } }
        return depth == 0
      })
  }
}
