import Kindred
import TestSupport
import Testing

@Suite struct IRGTests {
  private let student = [
    "logits": noise([4, 3], seed: 1), "stage1": noise([4, 2, 4, 2], seed: 2),
    "stage2": noise([4, 4, 2, 1], seed: 3), "stem": noise([4, 2, 4, 2], seed: 4),
    "embedding": noise([4, 5], seed: 5),
  ]
  private let teacher = [
    "logits": noise([4, 3], seed: 6), "stage1": noise([4, 3, 4, 4], seed: 7),
    "stage2": noise([4, 6, 2, 2], seed: 8), "stem": noise([4, 3, 4, 4], seed: 9),
    "embedding": noise([4, 7], seed: 10),
  ]

  /// A, divided by its largest entry or by a constant. If it is not a constant, finite differences
  /// go through the maximum.
  private func edges(_ x: Values, dividedBy divisor: Double? = nil) -> [Double] {
    let a = square(x.n) { squaredDistance(x.row($0), x.row($1)) }.joined()
    return a.map { $0 / (divisor ?? a.max() ?? 1) }
  }

  @Test func layersAreChosen() throws {
    // One to one, and the teacher's last layer to an inner one of the student.
    try expectReference(
      "irg.edge(detachMax: false, layer: stage1)", student: student, teacher: teacher
    ) { s, t in
      squaredDistance(edges(s["stage1"]), edges(t["stage1"])) / 8
    }
    try expectReference(
      """
      irg.edge(detachMax: false, layer: stage1, teacherLayer: embedding) \
      + irg.edge(detachMax: false)
      """, student: student, teacher: teacher
    ) { s, t in
      squaredDistance(edges(s["stage1"]), edges(t["embedding"])) / 8
        + squaredDistance(edges(s["embedding"]), edges(t["embedding"])) / 8
    }
  }

  @Test func reductionsOfEdges() throws {
    for (name, divisor) in [("caffe", 8.0), ("mean", 16), ("sum", 1)] {
      try expectReference(
        "irg.edge(normalize: none, reduction: \(name))", student: student, teacher: teacher
      ) { s, t in
        squaredDistance(edges(s["embedding"], dividedBy: 1), edges(t["embedding"], dividedBy: 1))
          / divisor
      }
    }
  }

  /// The value is divided by the batch's maximum; for the gradient that maximum is a constant.
  @Test func theMaximumIsAConstantUnlessAsked() throws {
    let largest = try edges(Values(#require(student["embedding"])), dividedBy: 1).max()
    try expectReference("irg.edge", student: student, teacher: teacher) { s, t in
      squaredDistance(edges(s["embedding"], dividedBy: largest), edges(t["embedding"])) / 8
    }
  }

  /// With two examples every edge is the largest: it is 1 for both networks, to the last figure, so
  /// near examples do not pull on one another.
  @Test(arguments: ["irg.edge", "irg.edge(detachMax: false)", "rkd.distance"])
  func twoExamplesHaveNoRelation(_ formula: String) throws {
    for seed in 1...20 as ClosedRange<UInt64> {
      let student = 1e-3 * noise([2, 5], seed: seed)
      let result = try Registry.linked.loss(formula).evaluate(
        student: ["embedding": student], teacher: ["embedding": noise([2, 3], seed: seed + 100)])
      #expect(result.value == 0)
      #expect(try result.gradients["embedding"].scalars.allSatisfy { $0 == 0 })
    }
  }

  @Test func wholeLoss() throws {
    try expectReference(
      """
      irg(logits: 2, edge: 3, transform: 4, from: stem, to: stage1, pooled: false, \
      detachMax: false)
      """, student: student, teacher: teacher
    ) { s, t in
      2 * squaredDistance(s["logits"].scalars, t["logits"].scalars) / 12
        + 3 * squaredDistance(edges(s["embedding"]), edges(t["embedding"])) / 8
        + 4 * squaredDistance(changes(s["stem"], s["stage1"]), changes(t["stem"], t["stage1"])) / 2
    }
  }
}
