import Kindred
import TestSupport
import Testing

/// A loss that does not depend on the size of the features has the same value in any unit, and its
/// gradient is the one for that unit, if nothing in its method is a length.
@Suite struct AnyUnitTests {
  @Test(
    arguments: [
      "at", "nst", "ickd", "cka", "cckd", "cckd(kernel: gaussian)", "cckd(kernel: mmd)", "dcor",
      "rkd.angle", "rkd.angle(tuples: 50)", "irg.edge", "simplex", "simplex(order: 3)",
      "match(embedding, by: cosines, with: meanSquare)", "pairRanking", "stella",
    ], [5e-7, 1e-7, 1e-9, 1e-12, 1e-15, 1e7, 1e12])
  func isAnyUnit(_ formula: String, _ unit: Double) throws {
    let loss = try Registry.linked.loss(formula)
    func outputs(_ seed: UInt64, _ unit: Double) -> Outputs {
      Outputs([
        "embedding": Tensor(unit) * noise([6, 5], seed: seed),
        "stage1": Tensor(unit) * noise([4, 3, 2, 3], seed: seed + 1),
      ])
    }
    let plain = try loss.evaluate(student: outputs(1, 1), teacher: outputs(3, 1), at: Moment())
    #expect(plain.value > 1e-4)
    for (student, teacher) in [(unit, 1), (1, unit), (unit, unit)] {
      let scaled = try loss.evaluate(
        student: outputs(1, student), teacher: outputs(3, teacher), at: Moment())
      #expect(abs(scaled.value - plain.value) <= 2e-5 * plain.value, "\(student), \(teacher)")
      for (name, gradient) in plain.gradients.tensors {
        expectClose(
          try scaled.gradients[name].scalars, gradient.scalars.map { Double($0) / student }, 1e-4,
          "gradient at \(name)")
      }
    }
  }

  /// Four examples on a line with a known alignment.
  @Test func alignmentOfSmallFeatures() throws {
    let t = Tensor([0, 5, 6, 7], shape: [4, 1])
    for unit in [1, 5e-7, 1e-9] {
      let s = Tensor(unit) * Tensor([0, 1, 3, 7], shape: [4, 1])
      func value(_ s: Tensor, _ t: Tensor) throws -> Double {
        try Registry.linked.loss("cka").evaluate(
          student: ["embedding": s], teacher: ["embedding": t]
        ).value
      }
      #expect(try abs(value(s, t) - 0.392804) < 1e-5)
      #expect(try abs(value(s, Tensor([0, 1, 3, 7], shape: [4, 1]))) < 1e-6)
      #expect(try abs(value(s, s)) == 0)
    }
  }

  /// A loss knows the lengths that its method itself adds to others or compares with them.
  @Test func lengthsOfMethods() throws {
    func length(_ formula: String) throws -> Double? {
      try Registry.linked.loss(formula).smallestLength
    }
    for formula in ["at", "nst", "ickd", "cka", "cckd", "dcor", "rkd.angle", "irg.edge", "kd"] {
      #expect(try length(formula) == nil, "\(formula)")
    }
    #expect(try length("sp") == 1e-12)
    #expect(try length("rkd.distance") == 1e-6 && length("rkd") == 1e-6)
    #expect(try length("pkt(epsilon: 0.001) + sp") == 1e-3)
    #expect(try length("pkd") == 1e-6 && length("lskd") == 1e-7)
    #expect(try length("0*pkd + kd") == nil)
    func normalized(_ gram: String) -> String {
      "match(stage1, by: \(gram).rowNormalized, with: huber)"
    }
    #expect(try length(normalized("channelGram.unitScale")) == nil)
    #expect(try length(normalized("channelGram")) == 1e-12)
  }
}
