import Foundation
import Testing

@testable import Distillation

@Suite struct SettingTests {
  struct Inner: Configurable {
    static let standard = Self()
    var depth = 3
  }
  enum Kind: String, Codable, CaseIterable { case fast, slow }
  struct Outer: Configurable {
    static let standard = Self()
    var rate = 0.5
    var epochs: UInt32 = 4
    var name: String?
    var kind = Kind.fast
    var inner = Inner()
    var optional: Inner? = Inner()
    var more: [Inner] = []
    var isLast = true
  }

  /// `none` in a formula means no value, or the choice of that name.
  @Test func noneMayBeAChoice() throws {
    enum Scale: String, Codable, CaseIterable { case max, none }
    struct Choice: Configurable {
      static let standard = Self()
      var scale = Scale.max
      var optional: Scale? = .max
    }
    let value = try Choice(settings: ["scale": .none, "optional": .none])
    #expect(value.scale == .none)
    #expect(value.optional == nil)
    #expect(try Choice(settings: ["scale": .text("none")]).scale == .none)
    #expect(throws: SettingError.self) { try Outer(settings: ["kind": .none]) }
  }

  /// A range of what is no parameter would let any value pass.
  @Test func aRangeIsOfAParameter() {
    struct Misspelt: Configurable {
      static let standard = Self()
      var lambda = 1.0
      var count = 2
      static let ranges: [String: ClosedRange<Double>] = ["count": 1...5, "lamda": 0...1]
    }
    let error = #expect(throws: SettingError.self) { try Misspelt(settings: [:], path: ["outer"]) }
    #expect(
      error?.description == """
        outer: the ranges of Misspelt have 'lamda', which is no parameter (did you mean 'lambda'?); \
        choose from 'lambda', 'count'
        """)
  }

  @Test func whatIsNotGivenKeepsItsDefault() throws {
    let value = try Outer(settings: [
      "rate": .number(2), "inner": .group(["depth": .number(7)]),
      "more": .list([.group([:]), .group(["depth": .number(1)])]), "kind": .text("slow"),
    ])
    #expect(value.rate == 2)
    #expect(value.epochs == 4)
    #expect(value.name == nil)
    #expect(value.kind == .slow)
    #expect(value.inner.depth == 7)
    #expect(value.more.map { $0.depth } == [3, 1])
    #expect(value.isLast)
    #expect(value.optional?.depth == 3)
    #expect(try Outer(settings: ["optional": .group(["depth": .number(5)])]).optional?.depth == 5)
    #expect(try Outer(settings: ["optional": .none]).optional == nil)
    #expect(try Outer(settings: ["name": .text("x")]).name == "x")
    #expect(try Outer(settings: ["name": .none]).name == nil)
  }

  /// Beyond 2⁵³, two different whole numbers may be the same Double.
  @Test func wholeNumbersKeepTheirDigits() throws {
    struct Numbers: Configurable {
      static let standard = Self()
      var seed: UInt64 = 0
      var offset = 0
      var rate = 0.0
    }
    let seed = Setting(whole: 9_007_199_254_740_993)
    #expect(seed != Setting(whole: 9_007_199_254_740_992))
    #expect(Setting(whole: 9_007_199_254_740_992) == .number(0x1p53))
    #expect(Setting(of: UInt64.max) == Setting(whole: UInt64.max))
    let value = try Numbers(settings: [
      "seed": seed, "offset": Setting(whole: Int.min), "rate": seed,
    ])
    #expect(value.seed == 9_007_199_254_740_993)
    #expect(value.offset == .min)
    #expect(value.rate == 0x1p53)
    #expect(try Numbers(settings: ["seed": Setting(whole: UInt64.max)]).seed == .max)
    let settings = Setting.group(["a": seed, "b": Setting(whole: Int.min + 1), "c": .number(0.5)])
    let json = try JSONEncoder().encode(settings)
    #expect(try JSONDecoder().decode(Setting.self, from: json) == settings)
  }

  @Test(arguments: [
    (
      ["rte": Setting.number(1)],
      """
      no 'rte' (did you mean 'rate'?); choose from 'rate', 'epochs', 'name', 'kind', \
      'inner', 'optional', 'more', 'isLast'
      """
    ),
    (["rate": .text("fast")], "rate: expected a number, not 'fast'"),
    (["epochs": .number(1.5)], "epochs: expected a whole number of 0 or more, not the number 1.5"),
    (["epochs": .number(-1)], "epochs: expected a whole number of 0 or more, not the number -1"),
    (
      ["kind": .text("slwo")],
      "kind: expected one of 'fast', 'slow' (did you mean 'slow'?), not 'slwo'"
    ),
    (
      ["inner": .group(["dpth": .number(1)])],
      "inner: no 'dpth' (did you mean 'depth'?); the only one is 'depth'"
    ),
    (["inner": .number(1)], "inner: expected a group of settings {…}, not the number 1"),
    (
      ["more": .list([.group(["depth": .boolean(true)])])],
      "more[0].depth: expected a whole number, not true"
    ),
    (
      ["epochs": .number(0x1p32)],
      "epochs: expected a whole number from 0 to 4294967295, not the number 4294967296"
    ),
    (
      ["inner": .group(["depth": Setting(whole: UInt64.max)])],
      """
      inner.depth: expected a whole number from -9223372036854775808 to 9223372036854775807, not \
      the number 18446744073709551615
      """
    ),
    (["rate": .number(.infinity)], "rate: expected a number, not Infinity"),
    (["isLast": .number(1)], "isLast: expected true or false, not the number 1"),
    (["rate": .none], "rate: expected a number, not null"),
  ])
  func errorsHaveAPath(_ settings: [String: Setting], _ message: String) {
    let error = #expect(throws: SettingError.self) { try Outer(settings: settings) }
    #expect(error?.description == message)
  }

  /// A paper's whole loss passes its parameters on to its summands.
  @Test func partsShareTheParametersOfTheWhole() throws {
    let loss = try Registry.linked.loss(
      "rkd(layer: stage2, delta: 0.5, reduction: sum, tuples: 9) + irg(teacherLayer: stage3)")
    #expect(
      loss.summands.map { $0.formula } == [
        "rkd.distance(delta: 0.5, reduction: sum, layer: stage2, tuples: 9)",
        "rkd.angle(delta: 0.5, reduction: sum, layer: stage2, tuples: 9)", "logits",
        "irg.edge(teacherLayer: stage3)", "irg.transform",
      ])
    #expect(loss.summands.map { $0.weight } == [1, 2, 0.1, 0.005, 0.005])
    #expect(
      loss.summands[0].matches.map { $0.match.matcher.formula } == [
        "huber(delta: 0.5, reduction: sum, tuples: 9)"
      ])
  }
}
