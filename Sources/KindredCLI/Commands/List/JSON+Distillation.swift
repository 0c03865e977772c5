import Distillation
import Reports

extension JSON {
  /// A parameter's value.
  init(parameter value: Any) {
    switch value {
    case let value as Bool: self = .boolean(value)
    case let value as Int: self = .integer(value)
    case let value as Double: self = .number(value)
    case let value as String: self = .string(value)
    case let value as any RawRepresentable<String>: self = .string(value.rawValue)
    case let values as [Any]: self = .array(values.map { JSON(parameter: $0) })
    default:
      let mirror = Mirror(reflecting: value)
      guard mirror.displayStyle == .optional else {
        self = .string(Distillation.describe(value))
        return
      }
      self = mirror.children.first.map { JSON(parameter: $0.value) } ?? .null
    }
  }

  init(_ citation: Citation) {
    self = .object([
      ("title", .string(citation.title)), ("authors", .string(citation.authors)),
      ("venue", .string(citation.venue)), ("url", .string(citation.url)),
    ])
  }

  static func strings(_ strings: [String]) -> JSON { .array(strings.map { .string($0) }) }
}
