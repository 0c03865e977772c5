import Tensors

/// A value that a recipe or a formula gives to a parameter.
public enum Setting: Sendable, Hashable {
  /// No value.
  case none
  /// True or false.
  case boolean(Bool)
  /// A number.
  case number(Double)
  /// A whole number that no Double holds, such as 2⁵³ + 1. Make it by ``init(whole:)``.
  case whole(Int128)
  /// A text.
  case text(String)
  /// A list of values.
  case list([Setting])
  /// A group of values by name.
  case group([String: Setting])

  /// The kind of the value, for errors.
  var kind: String {
    switch self {
    case .none: "null"
    case .boolean(let value): "\(value)"
    case .number(let value):
      value.isNaN
        ? "NaN"
        : value.isInfinite
          ? (value < 0 ? "-Infinity" : "Infinity") : "the number \(Self.text(value))"
    case .whole(let value): "the number \(value)"
    case .text(let text): "'\(text.visible)'"
    case .list: "a list"
    case .group: "a group of settings"
    }
  }

  /// A number with all its digits, as far as anyone counts them.
  private static func text(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e21 ? "\(Int128(value))" : describe(value)
  }
}

extension Setting {
  /// Makes the setting that gives a parameter this value.
  init(of value: Any) {
    let mirror = Mirror(reflecting: value)
    if mirror.displayStyle == .optional {
      self = mirror.children.first.map { Setting(of: $0.value) } ?? .none
      return
    }
    switch value {
    case let value as Bool: self = .boolean(value)
    case let value as Double: self = .number(value)
    case let value as any BinaryInteger: self = Setting(whole: value)
    case let value as String: self = .text(value)
    case let value as any RawRepresentable<String>: self = .text(value.rawValue)
    case let values as [Any]: self = .list(values.map { Setting(of: $0) })
    default: fatalError("[parameters] a parameter of type \(type(of: value))")
    }
  }
}

extension Setting: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .none
    } else if let value = try? container.decode(Bool.self) {
      self = .boolean(value)
    } else if let value = try? container.decode(Double.self) {
      // A number beyond 2⁵³ may have more digits than the Double.
      if abs(value) < 0x1p53 {
        self = .number(value)
      } else if let whole = try? container.decode(UInt64.self) {
        self = Setting(whole: whole)
      } else if let whole = try? container.decode(Int64.self) {
        self = Setting(whole: whole)
      } else {
        self = .number(value)
      }
    } else if let value = try? container.decode(String.self) {
      self = .text(value)
    } else if let value = try? container.decode([Setting].self) {
      self = .list(value)
    } else {
      self = .group(try container.decode([String: Setting].self))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .none: try container.encodeNil()
    case .boolean(let value): try container.encode(value)
    case .number, .whole:
      // Whole numbers that a Double would write with an exponent keep their digits.
      if let whole = UInt64(self), whole >= 1 << 53 {
        try container.encode(whole)
      } else if let whole = Int64(self), whole <= -1 << 53 {
        try container.encode(whole)
      } else {
        try container.encode(double)
      }
    case .text(let value): try container.encode(value)
    case .list(let value): try container.encode(value)
    case .group(let value): try container.encode(value)
    }
  }
}
