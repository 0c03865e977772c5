import Kindred
import TestSupport
import Testing

@Suite struct SimKDTests {
  /// The student's and the teacher's shapes: maps of the last stage.
  static let maps = [
    ([2, 3, 2, 3], [2, 4, 2, 3]), ([3, 2, 1, 2], [3, 1, 1, 2]), ([1, 1, 2, 2], [1, 3, 2, 2]),
  ].map { student, teacher in
    reference("simkd", ("stage3", student), ("stage3", teacher))
  }

  /// Rows, and another layer of the teacher's.
  static let rows = [([4, 3], [4, 5]), ([1, 5], [1, 2])].flatMap { student, teacher in
    [
      reference("simkd(layer: embedding)", ("embedding", student), ("embedding", teacher)),
      reference(
        "simkd(layer: hidden1, teacherLayer: embedding)", ("hidden1", student),
        ("embedding", teacher)),
    ]
  }

  private static func reference(
    _ formula: String, _ student: (name: String, shape: [Int]),
    _ teacher: (name: String, shape: [Int])
  ) -> Reference {
    let (inputs, outputs) = (student.shape[1], teacher.shape[1])
    return Reference(
      formula: formula, student: [student.name: student.shape],
      teacher: [teacher.name: teacher.shape],
      parameters: ["simkd.weight": [outputs, inputs], "simkd.bias": [outputs]]
    ) { s, t in
      let mapped = s[student.name].features.map {
        affine($0, s["simkd.weight"], s["simkd.bias"])
      }
      return meanSquare(mapped, t[teacher.name].features)
    }
  }

  private static func meanSquare(_ s: [[Double]], _ t: [[Double]]) -> Double {
    mean(zip(s, t).flatMap { zip($0, $1).map { ($0 - $1) * ($0 - $1) } })
  }

  @Test(arguments: maps + rows) func isTheReference(_ reference: Reference) throws {
    try reference.expect()
  }

  /// Maps of other sizes are an error, which the authors' code reduces to the smaller size.
  @Test func otherSizesAreRefused() {
    let error = #expect(throws: DistillationError.self) {
      try Registry.linked.loss("simkd").evaluate(
        student: ["stage3": noise([2, 3, 4, 4], seed: 1)],
        teacher: ["stage3": noise([2, 5, 2, 2], seed: 2)], state: LossState())
    }
    #expect(
      error?.description == """
        simkd: meanSquare compares entry by entry, but the student's 'stage3' of shape [2, 3, 4, 4] \
        gives [2, 5, 4, 4] and the teacher's 'stage3' of shape [2, 5, 2, 2] gives [2, 5, 2, 2]
        """)
  }
}
