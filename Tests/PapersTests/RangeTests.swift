import Conformance
import Kindred
import Testing

/// Every check holds for all values that a parameter may have.
@Suite struct RangeTests {
  struct Setting: Sendable, CustomStringConvertible {
    let formula: String
    var description: String { formula }
  }

  /// Each term with each of its parameters at both ends of its range. `tuples` is left out: chance
  /// chooses the tuples, and a single one may be trivial. So are `slices` and `heads`, whose end no features
  /// reach, `grid`, whose end no picture reaches, and a queue of one example, which every example chooses.
  static let settings: [Setting] = Registry.linked.terms.values.flatMap { term in
    let defaults = term.standard.parameters
    let ranges = term.allRanges.filter { !["tuples", "slices", "heads", "grid"].contains($0.key) }
    return ranges.sorted { $0.key < $1.key }.flatMap { name, range in
      [range.lowerBound, range.upperBound].map { bound in
        let isList = defaults.contains { $0.name == name && $0.value is [Double] }
        let value = Distillation.describe(bound)
        return Setting(formula: "\(term.name)(\(name): \(isList ? "[\(value)]" : value))")
      }
    }
  }
  .filter { !$0.formula.hasSuffix("(queue: 1)") }.sorted { $0.formula < $1.formula }

  @Test func someAreFound() { #expect(Self.settings.count >= 40, "\(Self.settings.count)") }

  @Test(arguments: settings)
  func theEndsOfARangePassEveryCheck(_ setting: Setting) throws {
    let suite = try ConformanceSuite(of: setting.formula, in: .linked)
    for finding in suite.findings() { #expect(finding.passed, "\(setting): \(finding)") }
  }

  /// Every range belongs to an existing parameter, in terms and in all other parts that formulas
  /// name.
  @Test func everyRangeIsOfAParameter() {
    let registry = Registry.linked
    let parts: [any Part.Type] =
      registry.terms.values.map { $0 } + registry.knowledge.values.map { $0 }
      + registry.relations.values.map { $0 } + registry.matchers.values.map { $0 }
    #expect(parts.count > 70)
    for part in parts {
      let names = Set(part.standard.parameters.map { $0.name })
      #expect(names.isSuperset(of: part.allRanges.keys), "\(part.name)")
    }
  }
}
