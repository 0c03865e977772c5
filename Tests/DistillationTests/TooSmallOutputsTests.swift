import Kindred
import Testing

/// A term that should not depend on the unit reports outputs that are too small for it.
@Suite struct TooSmallOutputsTests {
  @Test(arguments: [
    ("sp(layer: embedding)", 1e-7 as Float), ("rkd.distance", 1e-7), ("pkt", 1e-7),
    ("match(embedding, by: gram.rowNormalized, with: meanSquare)", 1e-8),
    ("match(embedding, by: distances.dividedByMean, with: huber)", 1e-7),
  ])
  func isSaid(_ formula: String, _ factor: Float) throws {
    let found = try terms(formula, factor)
    #expect(found.count == 1)
    let usual = try value(formula, 1)
    let small = try value(formula, factor)
    #expect(abs(found[0].usualValue - usual) <= 1e-5 * usual)
    #expect(found[0].value == small && abs(small - usual) > 1e-3 * usual)
    #expect(
      "\(found[0])" == """
        '\(found[0].name)' is \(Float(small)), and \(Float(found[0].usualValue)) for the same outputs \
        in a larger unit: outputs of at most \(found[0].largest) are too small for it
        """)
  }

  /// Nothing is reported for outputs of the usual size, for any unit that a term can take, or for a
  /// term that depends on the unit.
  @Test(arguments: [
    ("sp(layer: embedding)", 1 as Float), ("sp(layer: embedding)", 1e-4), ("rkd.distance", 1e-3),
    ("cka", 1e-9), ("cckd", 1e-9), ("dcor", 1e-9), ("rkd.angle", 1e-9), ("irg.edge", 1e-9),
    ("match(embedding, with: meanSquare)", 1e-9), ("match(embedding, by: gram, with: huber)", 1e-3),
  ])
  func isNotSaid(_ formula: String, _ factor: Float) throws {
    #expect(try terms(formula, factor) == [])
  }

  /// The outputs of one network alone may be small.
  @Test func ofTheStudent() throws {
    let found = try Registry.linked.loss("pkt + cka").termsOfTooSmallOutputs(
      student: outputs(1, 1e-7), teacher: outputs(2, 1))
    #expect(found.map { $0.name } == ["pkt"])
  }

  private func terms(_ formula: String, _ factor: Float) throws -> [TooSmallOutputs] {
    try Registry.linked.loss(formula).termsOfTooSmallOutputs(
      student: outputs(1, factor), teacher: outputs(2, factor))
  }

  private func value(_ formula: String, _ factor: Float) throws -> Double {
    try Registry.linked.loss(formula).evaluate(
      student: outputs(1, factor), teacher: outputs(2, factor)
    ).value
  }

  private func outputs(_ seed: UInt64, _ factor: Float) -> Outputs {
    var random = Random(seed: seed, "small")
    return ["embedding": Tensor(factor) * random.normal(shape: [6, 4])]
  }
}
