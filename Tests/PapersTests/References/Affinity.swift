import Kindred
import TestSupport
import Testing

@Suite struct AffinityTests {
  static let references = [
    ("affinity", 0.07, 2), ("affinity", 0.07, 5), ("affinity(temperature: 1)", 1, 4),
    ("affinity(temperature: 0.3)", 0.3, 3),
  ].map { formula, τ, n in
    Reference(
      formula: formula, student: ["image": [n, 3], "text": [n, 3]],
      teacher: ["image": [n, 5], "text": [n, 5]]
    ) { s, t in
      let (a, b) = (cosines(s), cosines(t))
      func divergences(_ a: [[Double]], _ b: [[Double]]) -> Double {
        mean(zip(a, b).map { divergence(softmax($1, τ), from: softmax($0, τ)) })
      }
      return (divergences(a, b) + divergences(columns(a), columns(b))) / 2
    }
  }

  @Test(arguments: references) func isTheReference(_ reference: Reference) throws {
    try reference.expect()
  }

  /// The relation alone, in a match that no paper has.
  @Test func theRelationComposes() throws {
    let reference = Reference(
      formula: "match(layers(from: text, to: image), by: crossCosines, with: frobenius)",
      student: ["image": [3, 2], "text": [3, 2]], teacher: ["image": [3, 4], "text": [3, 4]]
    ) { s, t in
      sum(zip(Self.cosines(s), Self.cosines(t)).map(squaredDistance))
    }
    try reference.expect()
    let towers = noise([3, 2, 2, 2], seed: 1)
    let maps: Outputs = ["stage1": towers, "stage2": noise([3, 2, 4, 1], seed: 2)]
    let rows: Outputs = [
      "stage1": Pooled()(towers), "stage2": Pooled()(noise([3, 2, 4, 1], seed: 2)),
    ]
    func value(_ relation: String, _ student: Outputs) throws -> Double {
      let teacher: Outputs = ["stage1": noise([3, 5], seed: 3), "stage2": noise([3, 5], seed: 4)]
      return try Registry.linked.loss("match(layers, by: \(relation), with: meanSquare)")
        .evaluate(student: student, teacher: teacher).value
    }
    #expect(try value("pooled.crossCosines", maps) == value("crossCosines", rows))
    #expect(try value("crossCosines", rows) > 0.01)
  }

  /// Both directions count alike, so that towers may change places in both networks.
  @Test func towersMayChangePlaces() throws {
    let (s, t) = (pair(1), pair(3))
    let value = try evaluate(s, t).value
    #expect(try abs(evaluate(s.swapped, t.swapped).value - value) <= 1e-6 * value)
    #expect(try abs(evaluate(s.swapped, t).value - value) > 1e-2 * value)
  }

  @Test func oneImageHasOneText() throws {
    let result = try evaluate(pair(1, n: 1), pair(3, n: 1))
    #expect(result.value == 0)
    #expect(try result.gradients["image"].scalars.allSatisfy { $0 == 0 })
    #expect(try result.gradients["text"].scalars.allSatisfy { $0 == 0 })
  }

  /// A row of zeros has the cosine 0 with all others, and gradient 0.
  @Test func rowsOfZerosHaveCosineZero() throws {
    var student = pair(1)
    student.tensors["image"] = Tensor(
      noise([4, 3], seed: 1).scalars.enumerated().map { $0 < 3 ? 0 : $1 }, shape: [4, 3])
    let result = try evaluate(student, pair(3))
    let image = try result.gradients["image"].scalars
    #expect(image[..<3].allSatisfy { $0 == 0 } && image[3...].allSatisfy { $0 != 0 })
    #expect(try result.gradients["text"].scalars.allSatisfy { $0 != 0 && $0.isFinite })
    let zero = Tensor(repeating: 0, shape: [4, 3])
    let flat = try evaluate(["image": zero, "text": zero], pair(3))
    #expect(try flat.gradients["image"].scalars.allSatisfy { $0 == 0 })
    // Nothing is chosen: the divergence from even chances.
    let t = Reference.Network(pair(3).tensors)
    let b = Self.cosines(t)
    let expected = mean(
      (b + columns(b)).map { divergence(softmax($0, 0.07), from: [0.25, 0.25, 0.25, 0.25]) })
    #expect(abs(flat.value - expected) <= 1e-5 * expected)
  }

  @Test func whatDoesNotFitIsSaid() throws {
    func message(_ student: Outputs) -> String? {
      #expect(throws: DistillationError.self) { try evaluate(student, pair(3)) }?.description
    }
    #expect(
      message(["image": noise([4, 3], seed: 1), "text": noise([4, 2], seed: 1)]) == """
        affinity: crossCosines takes two layers of as many features, but the student's value has \
        shapes [4, 3] and [4, 2]
        """)
    #expect(
      message(["image": noise([4, 3], seed: 1), "embedding": noise([4, 3], seed: 1)]) == """
        affinity: the student has no output 'text'; choose from 'embedding', 'image'
        """)
  }

  /// The cosine of each image with each text.
  private static func cosines(_ network: Reference.Network) -> [[Double]] {
    let (image, text) = (network["image"].rows.map(unit), network["text"].rows.map(unit))
    return square(image.count) { dot(image[$0], text[$1]) }
  }

  private func pair(_ seed: UInt64, n: Int = 4) -> Outputs {
    ["image": noise([n, 3], seed: seed), "text": noise([n, 3], seed: seed + 1)]
  }

  private func evaluate(_ student: Outputs, _ teacher: Outputs) throws -> LossEvaluation {
    try Registry.linked.loss("affinity").evaluate(student: student, teacher: teacher)
  }
}

extension Outputs {
  fileprivate var swapped: Outputs {
    var swapped = self
    (swapped.tensors["image"], swapped.tensors["text"]) = (tensors["text"], tensors["image"])
    return swapped
  }
}
