import Foundation
import Kindred
import TestSupport
import Testing

@Suite struct FitNetTests {
  /// The student's and the teacher's shapes: rows, then maps.
  static let shapes = [
    ([4, 3], [4, 5]), ([1, 5], [1, 2]), ([2, 3, 2, 3], [2, 4, 2, 3]),
    ([3, 2, 1, 2], [3, 1, 1, 2]),
  ]

  static let linear = shapes.map { student, teacher in
    Reference(
      formula: "fitnet(layer: stage2, teacherLayer: stage3)", student: ["stage2": student],
      teacher: ["stage3": teacher],
      parameters: ["fitnet.weight": [teacher[1], student[1]], "fitnet.bias": [teacher[1]]]
    ) { s, t in
      meanSquare(
        s["stage2"].features.map { affine($0, s["fitnet.weight"], s["fitnet.bias"]) },
        t["stage3"].features)
    }
  }

  /// A linear map to twice the width, a standardised row, x Φ(x), and a linear map. A hidden layer of two
  /// features is always 1 and −1, and has nearly no gradient.
  static let mlp = shapes.filter { $0.1[1] > 1 }.map { student, teacher in
    Reference(
      formula: "fitnet(projection: mlp)", student: ["stage2": student],
      teacher: ["stage2": teacher],
      parameters: [
        "fitnet.hidden.weight": [2 * teacher[1], student[1]],
        "fitnet.hidden.bias": [2 * teacher[1]],
        "fitnet.weight": [teacher[1], 2 * teacher[1]], "fitnet.bias": [teacher[1]],
      ]
    ) { s, t in
      let mapped = s["stage2"].features.map { x in
        let h = affine(x, s["fitnet.hidden.weight"], s["fitnet.hidden.bias"])
        let c = h.map { $0 - mean(h) }
        let σ = mean(c.map { $0 * $0 }).squareRoot() + 1e-5
        let active = c.map { $0 / σ }.map { $0 * (1 + erf($0 / 2.0.squareRoot())) / 2 }
        return affine(active, s["fitnet.weight"], s["fitnet.bias"])
      }
      return meanSquare(mapped, t["stage2"].features)
    }
  }

  static let none = [[3, 4], [2, 2, 3, 2]].map { shape in
    Reference("fitnet(projection: none)", on: "stage2", shape, shape) { s, t in
      meanSquare(s.features, t.features)
    }
  }

  private static func meanSquare(_ s: [[Double]], _ t: [[Double]]) -> Double {
    mean(zip(s, t).flatMap { zip($0, $1).map { ($0 - $1) * ($0 - $1) } })
  }

  @Test(arguments: linear + mlp + none) func isTheReference(_ reference: Reference) throws {
    try reference.expect()
  }

  private func evaluate(_ formula: String, _ student: [Int], _ teacher: [Int]) throws {
    let (s, t): (Outputs, Outputs) = (
      ["stage2": noise(student, seed: 1)], ["stage2": noise(teacher, seed: 2)]
    )
    _ = try Registry.linked.loss(formula).evaluate(student: s, teacher: t, state: LossState())
  }

  @Test(arguments: [
    (
      "fitnet", [2, 3, 4, 4], [2, 5, 2, 2],
      """
      fitnet: meanSquare compares entry by entry, but the student's 'stage2' of shape [2, 3, 4, 4] \
      gives [2, 5, 4, 4] and the teacher's 'stage2' of shape [2, 5, 2, 2] gives [2, 5, 2, 2]
      """
    ),
    (
      "fitnet(projection: none)", [2, 3], [2, 5],
      """
      fitnet: meanSquare compares entry by entry, but the student's value has shape [2, 3] and the \
      teacher's [2, 5]
      """
    ),
  ])
  func whatDoesNotFitIsSaid(
    _ formula: String, _ student: [Int], _ teacher: [Int], _ message: String
  ) {
    let error = #expect(throws: DistillationError.self) {
      try evaluate(formula, student, teacher)
    }
    #expect(error?.description == message)
  }
}
