import Foundation
import Kindred
import TestSupport
import Testing

@Suite struct VIDTests {
  static let references = [
    ("vid", 1e-5, [2, 3, 2, 2], [2, 4, 2, 2]),
    ("vid(epsilon: 0.3)", 0.3, [3, 2, 1, 3], [3, 3, 1, 3]),
    ("vid", 1e-5, [5, 4], [5, 2]), ("vid", 1e-5, [1, 2, 2, 1], [1, 1, 2, 1]),
  ].flatMap { formula, ε, student, teacher in
    // Scales from −1 to 1, and from −4 to 4.
    [-1.0...1, -4...4].map { range in
      Reference(
        formula: formula, student: ["stage2": student], teacher: ["stage2": teacher], range: range,
        parameters: [
          "vid.weight": [teacher[1], student[1]], "vid.bias": [teacher[1]],
          "vid.scale": [teacher[1]],
        ]
      ) { s, t in
        let v = s["vid.scale"].scalars.map { log(1 + exp($0)) + ε }
        let losses = zip(s["stage2"].features, t["stage2"].features).flatMap { x, t in
          let μ = affine(x, s["vid.weight"], s["vid.bias"])
          return v.indices.map { c in
            (μ[c] - t[c]) * (μ[c] - t[c]) / (2 * v[c]) + log(v[c]) / 2
          }
        }
        return mean(losses)
      }
    }
  }

  @Test(arguments: references) func isTheReference(_ reference: Reference) throws {
    try reference.expect()
  }

  /// At first, each channel has the variance 5.
  @Test(arguments: [1e-5, 1e-2, 0.5]) func theFirstVarianceIsFive(_ ε: Double) throws {
    let (s, t): (Outputs, Outputs) = (
      ["stage2": noise([2, 3, 2, 2], seed: 1)], ["stage2": noise([2, 4, 2, 2], seed: 2)]
    )
    let loss = try LossGraph(VID(epsilon: ε))
    let state = try loss.initialState(student: s, teacher: t, seed: 1)
    #expect(state.parameters["vid.bias"]?.scalars == [0, 0, 0, 0])
    let scales = try #require(state.parameters["vid.scale"]).scalars
    #expect(scales.count == 4)
    for scale in scales { #expect(abs(log(1 + exp(Double(scale))) + ε - 5) < 1e-6) }
  }

  /// A scale of 100 has the variance 100, where the exponential of 100 is no Float32.
  @Test func largeScalesAreFinite() throws {
    let (s, t): (Outputs, Outputs) = (
      ["stage2": noise([3, 2], seed: 1)], ["stage2": noise([3, 2], seed: 2)]
    )
    for (scale, v) in [(100 as Float, 100.0), (-100, 1e-5)] {
      let state = LossState(parameters: [
        "vid.weight": Tensor([1, 0, 0, 1], shape: [2, 2]), "vid.bias": Tensor([0, 0]),
        "vid.scale": Tensor([scale, scale]),
      ])
      let result = try Registry.linked.loss("vid").evaluate(student: s, teacher: t, state: state)
      let squares = zip(Values(try s["stage2"]).scalars, Values(try t["stage2"]).scalars)
        .map { ($0 - $1) * ($0 - $1) }
      let expected = mean(squares) / (2 * v) + log(v) / 2
      #expect(abs(result.value - expected) <= 1e-5 * abs(expected))
      let gradients = result.parameterGradients.values.flatMap { $0.scalars }
      #expect(gradients.count == 8 && gradients.allSatisfy { $0.isFinite })
    }
  }

  @Test func otherSizesAreRefused() {
    let (s, t): (Outputs, Outputs) = (
      ["stage2": noise([2, 3, 4, 4], seed: 1)], ["stage2": noise([2, 3, 2, 2], seed: 2)]
    )
    let error = #expect(throws: DistillationError.self) {
      try Registry.linked.loss("vid").evaluate(student: s, teacher: t, state: LossState())
    }
    #expect(
      error?.description == """
        vid: vid compares entry by entry, but the student's value has shape [2, 3, 4, 4] and the \
        teacher's [2, 3, 2, 2]
        """)
  }
}
