/// A call that formulas write around terms to say what their weights follow. No registry holds it.
package protocol Weighting: LossTerm {
  /// The parameters that formulas set by name.
  associatedtype Settings: Configurable

  /// The name by which formulas call it.
  static var name: String { get }

  /// Other names by which formulas may call it; none unless stated.
  static var aliases: [String] { get }

  /// The call as formulas write it: `ramp(term, …)`.
  static var call: String { get }

  /// The weighted sum, in Unicode.
  static var equation: String { get }

  /// Its kind, for descriptions: `weight` of one term, or `sum of terms`.
  static var kind: String { get }

  /// The terms that it takes, in words, with an example.
  static var takes: String { get }

  /// Whether it takes one term or one sum; otherwise it takes two or more.
  static var takesOne: Bool { get }

  init(_ settings: Settings, _ terms: [any LossTerm])
}

extension Weighting {
  package static var aliases: [String] { [] }
  package static var takesOne: Bool { false }
}

/// Every weighting, by name.
package enum Weightings {
  package static let all: [any Weighting.Type] = [
    Adaptive.self, CosineRamp.self, GradientNorm.self, Ramp.self, Uncertainty.self,
  ]

  package static func named(_ name: String) -> (any Weighting.Type)? {
    all.first { $0.name == name || $0.aliases.contains(name) }
  }
}

/// The settings of a weighting that has none.
package struct NoSettings: Configurable {
  package static let standard = Self()
}

extension WeightRule {
  /// The call that formulas write around the term.
  package var weighting: any Weighting.Type {
    switch self {
    case .schedule(let schedule) where schedule.shape == .ramp: Ramp.self
    case .schedule: CosineRamp.self
    case .group(.gradientNorm): GradientNorm.self
    case .group(.uncertainty): Uncertainty.self
    }
  }
}
