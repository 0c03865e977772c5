import Kindred
import TestSupport
import Testing

/// Losses of every two examples, a tile at a time, against the same losses with matrices that are held.
@Suite struct TiledPairsTests {
  /// Losses whose matrices are never held if there are many examples.
  static let formulas = [
    "sp(layer: embedding)", "sp(layer: embedding, reduction: distinct)", "cckd",
    "cckd(kernel: bilinear, normalize: false)", "pkt", "irg.edge", "irg.edge(detachMax: false)",
    "irg.edge(normalize: none)", "rkd.distance", "rkd.distance(delta: 0.2)",
    "rkd.distance(reduction: sum)", "match(embedding, by: cosines, with: meanAbsolute)",
    "match(embedding, by: distances.dividedByMean, with: meanAbsolute)",
    "match(embedding, by: squaredDistances.dividedByMaximum, with: huber(delta: 0.1))",
  ]

  /// Rows of a kind that needs care, N×D.
  enum Kind: String, CaseIterable {
    case plain, equal, zeros, near, far, clusters, tiny, huge

    func rows(_ n: Int, _ d: Int, seed: UInt64) -> Tensor {
      var x = noise([n, d], seed: seed).scalars
      for i in stride(from: 0, to: n - 1, by: 5) {
        let (row, next) = (i * d..<(i + 1) * d, (i + 1) * d..<(i + 2) * d)
        switch self {
        case .equal: x.replaceSubrange(next, with: x[row])
        case .zeros: x.replaceSubrange(row, with: [Float](repeating: 0, count: d))
        case .near: x.replaceSubrange(next, with: x[row].map { $0 * (1 + 1e-4) })
        default: break
        }
      }
      for k in x.indices {
        switch self {
        case .far: x[k] += 1000
        case .clusters: x[k] = x[k] * 1e-3 + ((k / d + k) % 3 == 0 ? 1 : 0)
        case .tiny: x[k] *= 0x1p-20
        case .huge: x[k] *= 0x1p20
        default: break
        }
      }
      return Tensor(x, shape: [n, d])
    }
  }

  @Test(arguments: formulas, Kind.allCases)
  func tilesGiveWhatIsHeld(_ formula: String, _ kind: Kind) throws {
    let loss = try Registry.linked.loss(formula)
    // Cosines of rows that nearly agree lose their figures in either form.
    let isHard = [.far, .clusters].contains(kind) && !formula.contains(/rkd|irg|sp|istances/)
    for (n, d) in [(2, 5), (37, 9), (130, 24)] {
      let (rows, plain) = (kind.rows(n, d, seed: 1), Kind.plain.rows(n, 7, seed: 2))
      for (student, teacher) in [(rows, plain), (plain, rows)] {
        try compare(
          loss, student, teacher, tolerance: isHard ? 1e-3 : 1e-5, floor: n == 2 ? 0.01 : 1e-12)
      }
    }
  }

  @Test(arguments: formulas) func manyExamples(_ formula: String) throws {
    let loss = try Registry.linked.loss(formula)
    try compare(
      loss, Kind.equal.rows(2048, 24, seed: 3), Kind.near.rows(2048, 16, seed: 4), tolerance: 1e-5,
      floor: 1e-12)
  }

  /// What the tiles do not know is held, and its gradient is right as well.
  @Test(arguments: [
    "darkrank", "cka", "dcor", "rkd.angle", "cckd(kernel: gaussian)", "cckd(kernel: mmd)",
    "match(embedding, by: gram.softmax, with: meanSquare)",
    "match(embedding, by: gram.rowNormalized, with: huber)", "sp(layer: embedding) + darkrank",
    "match(embedding, by: distances.dividedByMean.softmax, with: meanSquare)",
  ])
  func anythingElseIsHeld(_ formula: String) throws {
    try compare(
      Registry.linked.loss(formula), Kind.plain.rows(19, 9, seed: 1),
      Kind.plain.rows(19, 7, seed: 2), isTiled: false, tolerance: 1e-5, floor: 1e-12)
  }

  @Test(arguments: formulas, [Kind.plain, .near])
  func threadsChangeNoBit(_ formula: String, _ kind: Kind) throws {
    let loss = try Registry.linked.loss(formula)
    let (student, teacher) = (kind.rows(300, 9, seed: 1), Kind.plain.rows(300, 7, seed: 2))
    func gradient(_ threads: Int) throws -> [Float] {
      try PairTiles.$threshold.withValue(1) {
        try Parallel.$threads.withValue(threads) {
          let (value, gradient) = try result(of: loss, student, teacher)
          return gradient + [Float(value)]
        }
      }
    }
    let one = try gradient(1)
    #expect(try gradient(2) == one)
    #expect(try gradient(3) == one)
  }

  /// Networks that are equal, or differ by a power of two, differ in nothing.
  @Test(arguments: formulas.filter { !$0.contains(/none|bilinear/) })
  func equalNetworksDoNotDiffer(_ formula: String) throws {
    let loss = try Registry.linked.loss(formula)
    let x = 64 * Kind.plain.rows(70, 9, seed: 1)
    let (value, gradient) = try PairTiles.$threshold.withValue(1) {
      try result(of: loss, x, 4 * x)
    }
    #expect(value == 0)
    #expect(gradient.allSatisfy { $0.magnitude < 1e-8 })
  }

  @Test(arguments: formulas) func numbersThatAreNoneAreNotLost(_ formula: String) throws {
    let loss = try Registry.linked.loss(formula)
    var scalars = Kind.plain.rows(40, 5, seed: 1).scalars
    scalars[77] = .nan
    let (wrong, right) = (Tensor(scalars, shape: [40, 5]), Kind.plain.rows(40, 7, seed: 2))
    for (student, teacher) in [(wrong, right), (right, wrong)] {
      let (value, _) = try PairTiles.$threshold.withValue(1) {
        try result(of: loss, student, teacher)
      }
      #expect(value.isNaN)
    }
  }

  /// Memory grows with n and not with its square, and the plan knows.
  @Test(arguments: formulas) func memoryIsThatOfRows(_ formula: String) throws {
    let loss = try Registry.linked.loss(formula)
    func bytes(_ n: Int) -> Int {
      let outputs: Outputs = ["embedding": Tensor(repeating: 0, shape: [n, 8])]
      return loss.estimatedBytes(student: outputs, teacher: outputs)
    }
    #expect(loss.pairMatrices(of: loss.summands[0], examples: 4095) == .held)
    #expect(loss.pairMatrices(of: loss.summands[0], examples: 4096) == .tiled)
    #expect(bytes(4095) > 2 * 4095 * 4095 * 4)
    #expect(bytes(8192) == 2 * bytes(4096) && bytes(4096) == 10 * 4096 * 24)
  }

  @Test func matricesThatAreHeldAreSaidToBe() throws {
    let forms: [(String, [LossGraph.PairMatrices?])] = [
      ("darkrank", [.held]), ("rkd", [.tiled, .held]), ("cckd(kernel: mmd)", [.held]),
      ("kd", [nil]), ("sp(layer: embedding) + 2*darkrank", [.tiled, .held]),
      ("rkd.distance(tuples: 20)", [.held]),
    ]
    for (formula, expected) in forms {
      let loss = try Registry.linked.loss(formula)
      let found = loss.summands.map { loss.pairMatrices(of: $0, examples: 5000) }
      #expect(found == expected, "\(formula)")
    }
  }

  private func compare(
    _ loss: LossGraph, _ student: Tensor, _ teacher: Tensor, isTiled: Bool = true,
    tolerance: Double, floor: Double
  ) throws {
    let what = "\(loss.formula) n = \(student.shape[0])"
    let held = try result(of: loss, student, teacher)
    let counter = PairCounter()
    let tiled = try PairTiles.$threshold.withValue(1) {
      try PairTiles.$counter.withValue(counter) { try result(of: loss, student, teacher) }
    }
    #expect(counter.isTiled == isTiled, "\(what)")
    #expect(
      (tiled.value - held.value).magnitude <= tolerance * held.value.magnitude,
      "\(what): \(tiled.value), not \(held.value)")
    expectClose(
      tiled.gradient, held.gradient.map { Double($0) }, tolerance, what, floor: floor)
  }

  private func result(
    of loss: LossGraph, _ student: Tensor, _ teacher: Tensor
  ) throws -> (value: Double, gradient: [Float]) {
    let result = try loss.evaluate(student: ["embedding": student], teacher: ["embedding": teacher])
    return (Double(result.value), try result.gradients["embedding"].scalars)
  }
}
