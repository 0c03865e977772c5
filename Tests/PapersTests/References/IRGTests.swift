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

  private func square(_ x: [Double], _ y: [Double]) -> Double {
    zip(x, y).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
  }

  /// A, divided by its largest entry or by a constant. Finite differences go through the maximum
  /// where it is no constant.
  private func edges(_ x: Rows?, dividedBy divisor: Double? = nil) -> [Double] {
    let x = x ?? []
    let a = x.flatMap { row in x.map { square(row, $0) } }
    return a.map { $0 / (divisor ?? a.max() ?? 1) }
  }

  private func changes(_ f: Rows?, _ g: Rows?) -> [Double] {
    let λ = zip(f ?? [], g ?? []).map(square)
    return λ.map { $0 / (λ.max() ?? 1) }
  }

  @Test func layersAreChosen() throws {
    // One to one, and the teacher's last layer to an inner one of the student.
    try expectReference(
      "irg.edge(detachMax: false, layer: stage1)", student: student, teacher: teacher
    ) { s, t in
      square(edges(s["stage1"]), edges(t["stage1"])) / 8
    }
    try expectReference(
      """
      irg.edge(detachMax: false, layer: stage1, teacherLayer: embedding) \
      + irg.edge(detachMax: false)
      """, student: student, teacher: teacher
    ) { s, t in
      square(edges(s["stage1"]), edges(t["embedding"])) / 8
        + square(edges(s["embedding"]), edges(t["embedding"])) / 8
    }
  }

  @Test func reductionsOfEdges() throws {
    for (name, divisor) in [("caffe", 8.0), ("mean", 16), ("sum", 1)] {
      try expectReference(
        "irg.edge(normalize: none, reduction: \(name))", student: student, teacher: teacher
      ) { s, t in
        square(edges(s["embedding"], dividedBy: 1), edges(t["embedding"], dividedBy: 1)) / divisor
      }
    }
  }

  /// The maximum of the value is the batch's; that of the gradient is a constant.
  @Test func theMaximumIsAConstantUnlessAsked() throws {
    let largest = edges(rows(student["embedding"]), dividedBy: 1).max()
    try expectReference("irg.edge", student: student, teacher: teacher) { s, t in
      square(edges(s["embedding"], dividedBy: largest), edges(t["embedding"])) / 8
    }
  }

  private func rows(_ x: Tensor?) -> Rows {
    let x = x ?? 0
    return (0..<4).map { i in x.rows([i]).scalars.map { Double($0) } }
  }

  /// Of two examples every edge is the largest: 1 for both networks, to the last figure, so that
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

  @Test func transformations() throws {
    for (name, divisor) in [("caffe", 2.0), ("mean", 4), ("sum", 1)] {
      try expectReference(
        "irg.transform(detachMax: false, reduction: \(name))", student: student, teacher: teacher
      ) { s, t in
        square(changes(s["stem"], s["stage1"]), changes(t["stem"], t["stage1"])) / divisor
      }
    }
    let wider = student.merging(["block": noise([4, 2, 4, 2], seed: 11)]) { $1 }
    try expectReference(
      "irg.transform(detachMax: false, from: stem, to: block, teacherTo: stage1)", student: wider,
      teacher: teacher
    ) { s, t in
      square(changes(s["stem"], s["block"]), changes(t["stem"], t["stage1"])) / 2
    }
    let deeper = teacher.merging(["block": noise([4, 3, 4, 4], seed: 12)]) { $1 }
    try expectReference(
      "irg.transform(detachMax: false, teacherFrom: stage1, teacherTo: block)", student: student,
      teacher: deeper
    ) { s, t in
      square(changes(s["stem"], s["stage1"]), changes(t["stage1"], t["block"])) / 2
    }
  }

  /// The mean over windows of the first, and over two adjacent channels of the second.
  @Test func mapsAreAlignedAsKDZooDoes() throws {
    func aligned(_ outputs: [String: Rows], _ channels: Int, _ width: Int) -> [Double] {
      let (f, g) = (outputs["stage1"] ?? [], outputs["stage2"] ?? [])
      let (h, w) = (2, width / 2)
      let pooled = f.map { x in
        (0..<channels * h * w).map { i in
          let (c, row, column) = (i / (h * w), i / w % h, i % w)
          return (0..<4).map { x[c * 4 * width + (2 * row + $0 / 2) * width + 2 * column + $0 % 2] }
            .mean
        }
      }
      let averaged = g.map { x in
        (0..<channels * h * w).map { i in
          let (c, position) = (i / (h * w), i % (h * w))
          return (x[2 * c * h * w + position] + x[(2 * c + 1) * h * w + position]) / 2
        }
      }
      return changes(pooled, averaged)
    }
    try expectReference(
      "irg.transform(from: stage1, to: stage2, align: true, detachMax: false)", student: student,
      teacher: teacher
    ) { s, t in
      square(aligned(s, 2, 2), aligned(t, 3, 4)) / 2
    }
    // Layers of one size stay as they are.
    try expectReference(
      "irg.transform(align: true, detachMax: false)", student: student, teacher: teacher
    ) { s, t in
      square(changes(s["stem"], s["stage1"]), changes(t["stem"], t["stage1"])) / 2
    }
  }

  @Test func layersOfUnequalSizesAreAnError() throws {
    for (arguments, takes) in [
      ("", "two layers of one size"),
      (", align: true", "two layers of one size, or maps that can be aligned"),
    ] {
      let loss = try Registry.linked.loss("irg.transform(from: stem, to: embedding\(arguments))")
      let error = #expect(throws: DistillationError.self) {
        try loss.evaluate(student: Outputs(student), teacher: Outputs(teacher))
      }
      #expect(
        error?.description.contains(
          "takes \(takes), but the student's value has shapes [4, 2, 4, 2] and [4, 5]") == true,
        "\(error?.description ?? "none")")
    }
  }

  @Test func wholeLoss() throws {
    try expectReference(
      "irg(logits: 2, edge: 3, transform: 4, detachMax: false)", student: student, teacher: teacher
    ) { s, t in
      let logits = zip(s["logits"] ?? [], t["logits"] ?? []).map(square).reduce(0, +) / 12
      return 2 * logits + 3 * square(edges(s["embedding"]), edges(t["embedding"])) / 8
        + 4 * square(changes(s["stem"], s["stage1"]), changes(t["stem"], t["stage1"])) / 2
    }
  }
}
