/// A part of a loss that formulas call by name.
public protocol Named: Hashable, Sendable {
  /// What formulas call it; the type's name in lower camel case unless stated.
  static var name: String { get }

  /// What it is, in one sentence; of a term, its equation.
  static var summary: String { get }

  /// How a formula would write it, with the arguments that differ from their defaults.
  var formula: String { get }
}

extension Named {
  public static var name: String { lowerCamelCase(String(describing: Self.self)) }

  public var formula: String {
    guard let configurable = self as? any Configurable else { return Self.name }
    return Self.name + configurable.argumentsInFormula
  }
}

/// `SquaredDistances` → `squaredDistances`, `RKD` → `rkd`, `KLDivergence` → `klDivergence`.
package func lowerCamelCase(_ typeName: String) -> String {
  let capitals = typeName.prefix { $0.isUppercase }.count
  let lowered = capitals == typeName.count ? capitals : max(capitals - 1, 1)
  return typeName.prefix(lowered).lowercased() + typeName.dropFirst(lowered)
}

/// What a formula can name: a term, a knowledge, a relation or a matcher, with its parameters.
public typealias Part = Configurable & Named
