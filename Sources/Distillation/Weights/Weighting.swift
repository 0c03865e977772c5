/// What formulas write around terms to say what their weights follow. No registry holds it.
package protocol Weighting: LossTerm {
  /// What formulas set by name.
  associatedtype Settings: Configurable

  static var name: String { get }

  /// Other names by which formulas may call it; none unless stated.
  static var aliases: [String] { get }

  /// `ramp(term, …)`: how formulas write it.
  static var call: String { get }

  static var equation: String { get }

  /// What it is, for descriptions: `weight` of one term, or `sum of terms`.
  static var kind: String { get }

  /// What it takes, with an example.
  static var takes: String { get }

  /// Whether it takes one term, or a sum, and not two or more.
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

/// What has no settings.
package struct NoSettings: Configurable {
  package static let standard = Self()
}

extension WeightRule {
  /// What formulas write around the term.
  package var weighting: any Weighting.Type {
    switch self {
    case .schedule(let schedule) where schedule.shape == .ramp: Ramp.self
    case .schedule: CosineRamp.self
    case .group(.gradientNorm): GradientNorm.self
    case .group(.uncertainty): Uncertainty.self
    }
  }
}
