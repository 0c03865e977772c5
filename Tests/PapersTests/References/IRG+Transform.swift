import Kindred
import TestSupport
import Testing

@Suite struct IRGTransformTests {
  private let student = [
    "stem": noise([4, 2, 4, 2], seed: 4), "stage1": noise([4, 2, 4, 2], seed: 2),
    "stage2": noise([4, 4, 2, 1], seed: 3), "embedding": noise([4, 5], seed: 5),
  ]
  private let teacher = [
    "stem": noise([4, 3, 4, 4], seed: 9), "stage1": noise([4, 3, 4, 4], seed: 7),
    "stage2": noise([4, 6, 2, 2], seed: 8), "embedding": noise([4, 7], seed: 10),
  ]

  /// The first block and the last block of each of three stages.
  private func blocks(_ width: Int, _ pixels: [Int], seed: UInt64) -> [String: Tensor] {
    var outputs: [String: Tensor] = [:]
    for stage in 1...3 {
      for (index, name) in ["stage\(stage).block1", "stage\(stage)"].enumerated() {
        let shape = [3, width * stage, pixels[stage - 1], pixels[stage - 1] + 1]
        outputs[name] = noise(shape, seed: seed + UInt64(2 * stage + index))
      }
    }
    return outputs
  }

  /// The mean of each channel over height and width.
  private func pooled(_ x: Values) -> Values { x.pooled(1, 1) }

  /// The authors' three pairs: from the first block of each stage to its last, pooled.
  @Test(arguments: [
    "irg.transform(detachMax: false)",
    "irg(logits: 0, edge: 0, transform: 1, detachMax: false)",
  ])
  func threePooledPairs(_ formula: String) throws {
    try expectReference(
      formula, student: blocks(2, [3, 2, 1], seed: 20), teacher: blocks(3, [2, 2, 2], seed: 40)
    ) { s, t in
      (1...3).reduce(0) { sum, stage in
        func change(_ x: Reference.Network) -> [Double] {
          changes(pooled(x["stage\(stage).block1"]), pooled(x["stage\(stage)"]))
        }
        return sum + squaredDistance(change(s), change(t)) / 2
      }
    }
  }

  @Test func whatIsMissingIsSaid() throws {
    let error = #expect(throws: DistillationError.self) {
      try Registry.linked.loss("irg.transform").evaluate(
        student: Outputs(student), teacher: Outputs(teacher))
    }
    #expect(
      error?.description.contains("'stage1.block1'") == true, "\(error?.description ?? "none")")
    #expect(error?.description.contains("'stage1', 'stage2', 'stem'") == true)
  }

  /// Naming one layer leaves one pair; the layers not named are `stem` and `stage1`.
  @Test func onePair() throws {
    for (name, divisor) in [("caffe", 2.0), ("mean", 4), ("sum", 1)] {
      for arguments in ["from: stem", "to: stage1", "from: stem, to: stage1"] {
        try expectReference(
          "irg.transform(\(arguments), detachMax: false, reduction: \(name), pooled: false)",
          student: student, teacher: teacher
        ) { s, t in
          squaredDistance(changes(s["stem"], s["stage1"]), changes(t["stem"], t["stage1"]))
            / divisor
        }
      }
    }
    let wider = student.merging(["block": noise([4, 2, 4, 2], seed: 11)]) { $1 }
    try expectReference(
      "irg.transform(detachMax: false, from: stem, to: block, teacherTo: stage1)", student: wider,
      teacher: teacher
    ) { s, t in
      squaredDistance(
        changes(pooled(s["stem"]), pooled(s["block"])),
        changes(pooled(t["stem"]), pooled(t["stage1"]))) / 2
    }
    let deeper = teacher.merging(["block": noise([4, 3, 4, 4], seed: 12)]) { $1 }
    try expectReference(
      "irg.transform(detachMax: false, pooled: false, teacherFrom: stage1, teacherTo: block)",
      student: student, teacher: deeper
    ) { s, t in
      squaredDistance(changes(s["stem"], s["stage1"]), changes(t["stage1"], t["block"])) / 2
    }
  }

  /// The changes from the first layer, pooled to the size of the second. If the second has twice as
  /// many channels, adjacent ones are averaged in pairs.
  private func aligned(_ f: Values, to g: Values) -> [Double] {
    changes(f.pooled(g.shape[2], g.shape[3]), f.shape[1] == g.shape[1] ? g : halved(g))
  }

  /// The means of adjacent pairs of channels.
  private func halved(_ x: Values) -> Values {
    let channels = x.shape[1] / 2
    var means: [Double] = []
    for i in 0..<x.n {
      for c in 0..<channels {
        means += zip(x.map(i, 2 * c), x.map(i, 2 * c + 1)).map { ($0 + $1) / 2 }
      }
    }
    return Values(shape: [x.n, channels] + x.shape[2...], scalars: means)
  }

  @Test func mapsAreAlignedAsKDZooDoes() throws {
    try expectReference(
      "irg.transform(from: stage1, to: stage2, align: true, detachMax: false)", student: student,
      teacher: teacher
    ) { s, t in
      squaredDistance(
        aligned(s["stage1"], to: s["stage2"]), aligned(t["stage1"], to: t["stage2"])) / 2
    }
    // Layers of equal size stay as they are.
    try expectReference(
      "irg.transform(from: stem, to: stage1, align: true, detachMax: false)", student: student,
      teacher: teacher
    ) { s, t in
      squaredDistance(changes(s["stem"], s["stage1"]), changes(t["stem"], t["stage1"])) / 2
    }
  }

  /// Windows overlap, from 7×7 to 3×3; the number of channels doubles or stays the same.
  @Test(arguments: [2, 4]) func windowsMayShareTheirEdges(_ channels: Int) throws {
    func outputs(_ seed: UInt64) -> [String: Tensor] {
      [
        "stage1": noise([3, 2, 7, 7], seed: seed),
        "stage2": noise([3, channels, 3, 3], seed: seed + 1),
      ]
    }
    try expectReference(
      "irg.transform(from: stage1, to: stage2, align: true, detachMax: false)",
      student: outputs(1), teacher: outputs(5)
    ) { s, t in
      squaredDistance(
        aligned(s["stage1"], to: s["stage2"]), aligned(t["stage1"], to: t["stage2"])) / 2
    }
  }

  /// 2×4×2 and 4×2×2 have equally many numbers, but they are aligned nevertheless.
  @Test func layersOfAsManyNumbersAreAligned() throws {
    func outputs(_ seed: UInt64) -> Outputs {
      [
        "stage1": noise([4, 2, 4, 2], seed: seed), "stage2": noise([4, 4, 2, 2], seed: seed + 1),
      ]
    }
    let (student, teacher) = (outputs(1), outputs(5))
    try expectReference(
      "irg.transform(from: stage1, to: stage2, align: true, detachMax: false)",
      student: student.tensors, teacher: teacher.tensors
    ) { s, t in
      squaredDistance(
        aligned(s["stage1"], to: s["stage2"]), aligned(t["stage1"], to: t["stage2"])) / 2
    }
    #expect(throws: DistillationError.self) {
      try Registry.linked.loss("irg.transform(from: stage1, to: stage2, pooled: false)")
        .evaluate(student: student, teacher: teacher)
    }
  }

  /// Channels of pooled maps are paired too.
  @Test func pooledMapsAreAligned() throws {
    try expectReference(
      "irg.transform(from: stage1, to: stage2, pooled: true, align: true, detachMax: false)",
      student: student, teacher: teacher
    ) { s, t in
      func change(_ x: Reference.Network) -> [Double] {
        changes(pooled(x["stage1"]), halved(pooled(x["stage2"])))
      }
      return squaredDistance(change(s), change(t)) / 2
    }
  }

  @Test(arguments: [
    ("", "two layers of as many channels"), (", pooled: false", "two layers of one size"),
    (", align: true", "two layers of one size, or maps that can be aligned"),
    (
      ", pooled: true, align: true",
      "two layers of as many channels, or of half as many and all"
    ),
  ])
  func layersOfUnequalSizesAreAnError(_ arguments: String, _ takes: String) throws {
    let loss = try Registry.linked.loss("irg.transform(from: stem, to: embedding\(arguments))")
    let error = #expect(throws: DistillationError.self) {
      try loss.evaluate(student: Outputs(student), teacher: Outputs(teacher))
    }
    #expect(
      error?.description.contains(
        "takes \(takes), but the student's value has shapes [4, 2, 4, 2] and [4, 5]") == true,
      "\(error?.description ?? "none")")
  }

  /// `pooled` before a relation of two layers pools both.
  @Test func pooledComposesWithTwoLayers() throws {
    func value(_ formula: String) throws -> Double {
      try Registry.linked.loss(formula)
        .evaluate(student: Outputs(student), teacher: Outputs(teacher)).value
    }
    let layers = "match(layers(from: stem, to: stage1), by:"
    let rest = "graphNormalized, with: euclideanLoss)"
    let expected = try value("irg.transform(from: stem, to: stage1)")
    #expect(expected > 0)
    #expect(
      try abs(value("\(layers) pooled.layerDistances.\(rest)") - expected) < 1e-6 * expected)
    #expect(try value("\(layers) layerDistances(pooled: true).\(rest)") == expected)
    let unpooled = try value("irg.transform(from: stem, to: stage1, pooled: false)")
    #expect(try value("\(layers) layerDistances.\(rest)") == unpooled)
    #expect(abs(unpooled - expected) > 0.01)
    let formula = "\(layers) pooled.layerDistances.\(rest)"
    #expect(
      try Registry.linked.loss(formula).formula
        .contains("by: pooled.layerDistances.graphNormalized, "))
    let swift = try LossGraph(
      match(
        .layers(from: "stem", to: "stage1"),
        by: Pooled().then(LayerDistances()).then(GraphNormalized()), with: EuclideanLoss()))
    #expect(
      try abs(
        swift.evaluate(student: Outputs(student), teacher: Outputs(teacher)).value - expected)
        < 1e-6 * expected)
  }

  @Test(arguments: [
    (
      "match(layers, by: pooled, with: meanSquare)",
      "'pooled' relates one layer, and 'layers' is two"
    ),
    (
      "match(embedding, by: pooled.layerDistances, with: meanSquare)",
      "'layerDistances' relates two layers, and must come first"
    ),
  ])
  func pooledOfTheOtherKindIsAnError(_ formula: String, _ message: String) {
    let error = #expect(throws: DistillationError.self) { try Registry.linked.loss(formula) }
    #expect(error?.description.hasPrefix(message) == true, "\(error?.description ?? "none")")
  }
}

/// Λ, divided by its largest entry.
func changes(_ f: Values, _ g: Values) -> [Double] {
  let λ = zip(f.rows, g.rows).map(squaredDistance)
  return λ.map { $0 / (λ.max() ?? 1) }
}
