/// A part of a loss that formulas call by name.
public protocol Named: Hashable, Sendable {
  /// The name by which formulas call it; the type's name in lower camel case unless stated.
  static var name: String { get }

  /// A description in one sentence. A term has its equation here.
  static var summary: String { get }

  /// The text by which a formula would write it, with the arguments that differ from their defaults.
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

/// A part of a loss that a formula can name: a term, a knowledge, a relation or a matcher, with its
/// parameters.
public typealias Part = Configurable & Named
