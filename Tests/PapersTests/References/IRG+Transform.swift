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

  /// The first block of each of three stages, and its last.
  private func blocks(_ width: Int, _ pixels: [Int], seed: UInt64) -> [String: Tensor] {
    var outputs: [String: Tensor] = [:]
    for stage in 1...3 {
      for (index, name) in ["stage\(stage).block1", "stage\(stage)"].enumerated() {
        let shape = [4, width * stage, pixels[stage - 1], pixels[stage - 1] + 1]
        outputs[name] = noise(shape, seed: seed + UInt64(2 * stage + index))
      }
    }
    return outputs
  }

  /// The mean over height and width of each channel.
  private func pooled(_ x: Rows?, _ channels: Int) -> Rows {
    (x ?? []).map { row in
      let pixels = row.count / channels
      return (0..<channels).map { Array(row[$0 * pixels..<($0 + 1) * pixels]).mean }
    }
  }

  /// As the authors have it: three pairs, from the first block of each stage to its last, pooled.
  @Test(arguments: [
    "irg.transform(detachMax: false)",
    "irg(logits: 0, edge: 0, transform: 1, detachMax: false)",
  ])
  func threePooledPairs(_ formula: String) throws {
    try expectReference(
      formula, student: blocks(2, [4, 2, 1], seed: 20), teacher: blocks(3, [3, 2, 2], seed: 40)
    ) { s, t in
      (1...3).reduce(0) { sum, stage in
        func change(_ x: [String: Rows], _ width: Int) -> [Double] {
          changes(
            pooled(x["stage\(stage).block1"], stage * width),
            pooled(x["stage\(stage)"], stage * width))
        }
        return sum + square(change(s, 2), change(t, 3)) / 2
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

  /// Naming one layer leaves one pair; the others are `stem` and `stage1`.
  @Test func onePair() throws {
    for (name, divisor) in [("caffe", 2.0), ("mean", 4), ("sum", 1)] {
      for arguments in ["from: stem", "to: stage1", "from: stem, to: stage1"] {
        try expectReference(
          "irg.transform(\(arguments), detachMax: false, reduction: \(name), pooled: false)",
          student: student, teacher: teacher
        ) { s, t in
          square(changes(s["stem"], s["stage1"]), changes(t["stem"], t["stage1"])) / divisor
        }
      }
    }
    let wider = student.merging(["block": noise([4, 2, 4, 2], seed: 11)]) { $1 }
    try expectReference(
      "irg.transform(detachMax: false, from: stem, to: block, teacherTo: stage1)", student: wider,
      teacher: teacher
    ) { s, t in
      square(
        changes(pooled(s["stem"], 2), pooled(s["block"], 2)),
        changes(pooled(t["stem"], 3), pooled(t["stage1"], 3))) / 2
    }
    let deeper = teacher.merging(["block": noise([4, 3, 4, 4], seed: 12)]) { $1 }
    try expectReference(
      "irg.transform(detachMax: false, pooled: false, teacherFrom: stage1, teacherTo: block)",
      student: student, teacher: deeper
    ) { s, t in
      square(changes(s["stem"], s["stage1"]), changes(t["stage1"], t["block"])) / 2
    }
  }

  /// The mean over windows of the first, which may share pixels, and over two adjacent channels of the
  /// second.
  private func aligned(
    _ f: Rows?, _ size: [Int], to g: Rows?, _ target: [Int], halving: Bool
  ) -> [Double] {
    let (h, w, height, width) = (target[0], target[1], size[0], size[1])
    func window(_ i: Int, _ length: Int, _ count: Int) -> Range<Int> {
      i * length / count..<((i + 1) * length + count - 1) / count
    }
    func mean(_ row: [Double], _ c: Int, _ place: Int) -> Double {
      var pixels: [Double] = []
      for y in window(place / w, height, h) {
        for x in window(place % w, width, w) { pixels.append(row[(c * height + y) * width + x]) }
      }
      return pixels.mean
    }
    let narrowed: Rows = (f ?? []).map { row in
      let places = (0..<row.count / (height * width)).flatMap { c in
        (0..<h * w).map { (c, $0) }
      }
      return places.map { mean(row, $0.0, $0.1) }
    }
    let halved: Rows = (g ?? []).map { row -> [Double] in
      guard halving else { return row }
      return (0..<row.count / 2).map { i -> Double in
        let (c, place) = (i / (h * w), i % (h * w))
        return (row[2 * c * h * w + place] + row[(2 * c + 1) * h * w + place]) / 2
      }
    }
    return changes(narrowed, halved)
  }

  @Test func mapsAreAlignedAsKDZooDoes() throws {
    try expectReference(
      "irg.transform(from: stage1, to: stage2, align: true, detachMax: false)", student: student,
      teacher: teacher
    ) { s, t in
      square(
        aligned(s["stage1"], [4, 2], to: s["stage2"], [2, 1], halving: true),
        aligned(t["stage1"], [4, 4], to: t["stage2"], [2, 2], halving: true)) / 2
    }
    // Layers of one size stay as they are.
    try expectReference(
      "irg.transform(from: stem, to: stage1, align: true, detachMax: false)", student: student,
      teacher: teacher
    ) { s, t in
      square(changes(s["stem"], s["stage1"]), changes(t["stem"], t["stage1"])) / 2
    }
  }

  /// Windows of unequal places, 7×7 to 3×3, and channels that stay as many.
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
      func change(_ x: [String: Rows]) -> [Double] {
        aligned(x["stage1"], [7, 7], to: x["stage2"], [3, 3], halving: channels == 4)
      }
      return square(change(s), change(t)) / 2
    }
  }

  /// 2×4×2 and 4×2×2 have as many numbers, which is no reason to leave them as they are.
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
      func change(_ x: [String: Rows]) -> [Double] {
        aligned(x["stage1"], [4, 2], to: x["stage2"], [2, 2], halving: true)
      }
      return square(change(s), change(t)) / 2
    }
    #expect(throws: DistillationError.self) {
      try Registry.linked.loss("irg.transform(from: stage1, to: stage2, pooled: false)")
        .evaluate(student: student, teacher: teacher)
    }
  }

  /// Channels are paired of pooled maps too.
  @Test func pooledMapsAreAligned() throws {
    try expectReference(
      "irg.transform(from: stage1, to: stage2, pooled: true, align: true, detachMax: false)",
      student: student, teacher: teacher
    ) { s, t in
      func change(_ x: [String: Rows], _ channels: Int) -> [Double] {
        let g = pooled(x["stage2"], 2 * channels)
        let halved: Rows = g.map { row -> [Double] in
          (0..<channels).map { c -> Double in (row[2 * c] + row[2 * c + 1]) / 2 }
        }
        return changes(pooled(x["stage1"], channels), halved)
      }
      return square(change(s, 2), change(t, 3)) / 2
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
      try Registry.linked.loss(formula).summands[0].parts[0].relations == [
        "pooled", "layerDistances", "graphNormalized",
      ])
    let swift = LossGraph(
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

/// ‖x − y‖².
private func square(_ x: [Double], _ y: [Double]) -> Double {
  zip(x, y).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
}

/// Λ, divided by its largest entry.
private func changes(_ f: Rows?, _ g: Rows?) -> [Double] {
  let λ = zip(f ?? [], g ?? []).map(square)
  return λ.map { $0 / (λ.max() ?? 1) }
}
