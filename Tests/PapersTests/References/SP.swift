import Kindred
import TestSupport
import Testing

@Suite struct SPTests {
  private let student = [
    "stage1": noise([4, 2, 3, 2], seed: 1), "stage2": noise([4, 5], seed: 2),
  ]
  private let teacher = [
    "stage1": noise([4, 3, 2, 2], seed: 3), "stage2": noise([4, 2, 2, 2], seed: 4),
  ]

  /// The loss L of one pair of layers by the paper's formula, over the pairs of examples in
  /// `counts`.
  private func loss(
    _ s: Values, _ t: Values, dividedBy count: Double,
    _ counts: (Int, Int) -> Bool = { _, _ in true }
  ) -> Double {
    func similarities(_ q: Values) -> [[Double]] {
      square(q.n) { dot(q.row($0), q.row($1)) }.map(unit)
    }
    let (a, b) = (similarities(s), similarities(t))
    let differences = square(s.n) { counts($0, $1) ? a[$0][$1] - b[$0][$1] : 0 }.joined()
    return sum(differences.map { $0 * $0 }) / count
  }

  @Test func layersAreChosen() throws {
    try expectReference("sp", student: student, teacher: teacher) { s, t in
      loss(s["stage2"], t["stage2"], dividedBy: 16)
    }
    try expectReference("sp(layer: stage1)", student: student, teacher: teacher) { s, t in
      loss(s["stage1"], t["stage1"], dividedBy: 16)
    }
    try expectReference(
      "sp(layer: stage1, teacherLayer: stage2)", student: student, teacher: teacher
    ) { s, t in
      loss(s["stage1"], t["stage2"], dividedBy: 16)
    }
  }

  /// The paper's sum over pairs of layers.
  @Test func severalPairsAreASum() throws {
    try expectReference(
      "sp + sp(layer: stage1) + 2*sp(layer: stage1, teacherLayer: lastStage)", student: student,
      teacher: teacher
    ) { s, t in
      loss(s["stage2"], t["stage2"], dividedBy: 16) + loss(s["stage1"], t["stage1"], dividedBy: 16)
        + 2 * loss(s["stage1"], t["stage2"], dividedBy: 16)
    }
  }

  @Test func reductions() throws {
    try expectReference("sp(reduction: distinct)", student: student, teacher: teacher) { s, t in
      loss(s["stage2"], t["stage2"], dividedBy: 12) { $0 != $1 }
    }
    try expectReference("sp(reduction: sum)", student: student, teacher: teacher) { s, t in
      loss(s["stage2"], t["stage2"], dividedBy: 1) { $0 != $1 }
    }
  }

  @Test func aLayerThatDoesNotExistIsNamed() throws {
    #expect(
      throws: DistillationError.inTerm(
        "sp", .missingOutput("stage7", available: ["stage1", "stage2"], of: .student))
    ) {
      try Registry.linked.loss("sp(layer: stage7)")
        .evaluate(student: Outputs(student), teacher: Outputs(teacher))
    }
  }
}
