import Kindred
import TestSupport
import Testing

/// The values that papers give if there is nothing to compare.
@Suite struct DegenerateTests {
  private func evaluate(
    _ formula: String, _ student: Tensor, _ teacher: Tensor, labels: [Int]? = nil
  ) throws -> (value: Double, gradient: [Float]) {
    let isOfLogits = ["mlld", "lskd", "dkd"].contains { formula.hasPrefix($0) }
    let output = student.rank == 4 ? "stage1" : isOfLogits ? "logits" : "embedding"
    let result = try Registry.linked.loss(formula).evaluate(
      student: Outputs([output: student], labels: labels), teacher: [output: teacher],
      at: Moment())
    return (result.value, try result.gradients[output].scalars)
  }

  private let rows = noise([5, 4], seed: 1)
  private let zero = Tensor(repeating: 0, shape: [5, 4])
  private let maps = noise([3, 2, 2, 3], seed: 2)
  /// `maps` with a constant first channel.
  private var deadMaps: Tensor {
    Tensor(
      maps.scalars.enumerated().map { $0 / 6 % 2 == 0 ? 0 : $1 }, shape: maps.shape)
  }

  /// If squares exceed Float32, the loss is that of the same features in another unit, or no
  /// number.
  @Test(arguments: ["rkd.distance", "rkd.angle", "irg.edge", "cckd", "pkt", "simplex(order: 2)"])
  func noSquareIsCutOff(_ formula: String) throws {
    let teacher = noise([5, 3], seed: 5)
    let value = try evaluate(formula, rows, teacher).value
    #expect(value > 0)
    for scale in [1e17, 1e19, 1e25, 1e30] {
      let large = try evaluate(formula, Tensor(scale) * rows, teacher).value
      #expect(!large.isFinite || abs(large - value) <= 1e-4 * value, "× \(scale): \(large)")
    }
  }

  /// If one number of either network is not finite, be it the first or the last, neither is the
  /// loss.
  @Test(arguments: [
    "kd", "dist", "rkd.distance", "rkd.angle", "sp(layer: embedding)", "irg.edge", "cckd", "pkt",
    "cckd(kernel: gaussian)", "cka", "dcor", "simplex", "simplex(order: 2)", "lskd", "dkd.target",
    "dkd.nontarget", "pairRanking", "stella",
    "match(layers(from: embedding, to: logits), by: crossCosines, with: klDivergence)",
  ])
  func whatIsNoNumberIsNotHidden(_ formula: String) throws {
    let loss = try Registry.linked.loss(formula)
    for n in [5, 40] {
      for (number, at) in [(Float.nan, 0), (.nan, 3 * n - 1), (.infinity, 0)] {
        var scalars = noise([n, 3], seed: 6).scalars
        scalars[at] = number
        let (x, y) = (Tensor(scalars, shape: [n, 3]), noise([n, 3], seed: 7))
        for (student, teacher) in [(x, y), (y, x)] {
          let value = try loss.evaluate(
            student: Outputs(
              ["embedding": student, "logits": student], labels: [Int](repeating: 1, count: n)),
            teacher: ["embedding": teacher, "logits": teacher], at: Moment()
          ).value
          #expect(!value.isFinite, "\(number) at \(at) of \(n) examples: \(value)")
        }
      }
    }
  }

  /// One example has no relation to another.
  @Test(arguments: ["pkt", "cka", "dcor", "darkrank"])
  func oneExampleHasLossZero(_ formula: String) throws {
    let (value, gradient) = try evaluate(formula, noise([1, 3], seed: 1), noise([1, 4], seed: 2))
    #expect(value == 0)
    #expect(gradient.allSatisfy { $0 == 0 })
  }

  @Test(arguments: ["cka", "dcor"])
  func aCollapsedStudentIsAsFarAsCanBe(_ formula: String) throws {
    for collapsed in [zero, zero + 0.1, zero + Tensor([0.3, -7, 0.1, 1e3], shape: [4])] {
      let (value, gradient) = try evaluate(formula, collapsed, rows)
      #expect(abs(value - 1) < 1e-6)
      #expect(gradient.allSatisfy { abs($0) < 1e-3 })
    }
    #expect(try evaluate(formula, zero, zero).value == 0)
    #expect(try evaluate(formula, rows, zero).value == 1)
  }

  /// A row, channel or map without length has no direction that could turn.
  @Test func whatHasNoLengthHasNoGradient() throws {
    let first = Tensor((0..<20).map { $0 < 4 ? 0 : rows.scalars[$0] }, shape: [5, 4])
    let pkt = try evaluate("pkt", first, noise([5, 3], seed: 3)).gradient
    #expect(pkt[..<4].allSatisfy { $0 == 0 } && pkt[4...].contains { $0 != 0 })
    for formula in ["nst", "pkd"] {
      let (value, gradient) = try evaluate(
        "\(formula)(layer: stage1)", deadMaps, noise([3, 2, 2, 3], seed: 4))
      #expect(value > 0)
      for (index, slope) in gradient.enumerated() where index / 6 % 2 == 0 { #expect(slope == 0) }
      #expect(gradient.contains { $0 != 0 })
    }
    let dark = Tensor((0..<36).map { $0 < 12 ? 0 : maps.scalars[$0] }, shape: maps.shape)
    let attention = try evaluate("at(layer: stage1)", dark, noise([3, 5, 2, 3], seed: 4)).gradient
    #expect(attention[..<12].allSatisfy { $0 == 0 } && attention[12...].contains { $0 != 0 })
  }

  /// A channel without length can still become like the others.
  @Test func aDeadChannelIsDrawnToTheOthers() throws {
    let teacher = noise([3, 2, 2, 3], seed: 4)
    let (value, gradient) = try evaluate("ickd(layer: stage1)", deadMaps, teacher)
    #expect(value > 0.5 && gradient.allSatisfy { abs($0) < 1 })
    let all = try evaluate("ickd(layer: stage1)", 0.0 * maps, teacher)
    #expect(abs(all.value - 1) < 1e-6 && all.gradient.allSatisfy { $0 == 0 })
  }

  /// A channel that never varies counts 1: half as much as a channel without correlation.
  @Test func aConstantChannelIsStandardizedToZero() throws {
    let teacher = noise([3, 2, 2, 3], seed: 4)
    let dead = try evaluate("pkd(layer: stage1)", deadMaps, teacher).value
    let constant = try evaluate("pkd(layer: stage1)", 0.0 * maps + 0.1, teacher)
    #expect(abs(constant.value - 1) < 0.02 && constant.gradient.allSatisfy { $0.isFinite })
    #expect(dead > 0.5)
  }

  /// Examples may be equal in the student, in the teacher and in both.
  @Test(
    arguments: [
      "pkt", "cka", "dcor", "darkrank", "triplet", "triplet(mining: semihard)",
      "triplet(mining: distance)", "triplet(mining: hard, squared: true)",
    ])
  func equalExamplesAreFinite(_ formula: String) throws {
    let equal = rows.rows([0, 0, 0, 3, 4])
    let labels = [0, 0, 1, 1, 0]
    for (s, t) in [(equal, rows), (rows, equal), (equal, equal), (zero, rows), (zero, zero)] {
      let (value, gradient) = try evaluate(formula, s, t, labels: labels)
      #expect(value.isFinite && gradient.allSatisfy { abs($0) < 1e3 })
    }
  }

  /// The extremes are saturated probabilities, two classes, one class, one example, and maps of one
  /// pixel.
  @Test func extremesAreFinite() throws {
    let saturated = Tensor([1e4, -1e4, 0, -1e4, 1e4, 0], shape: [2, 3])
    let cases: [(String, Tensor, Tensor)] = [
      ("mlld", saturated, noise([2, 3], seed: 1)), ("mlld", noise([2, 3], seed: 1), saturated),
      ("mlld", noise([1, 2], seed: 1), noise([1, 2], seed: 2)),
      ("mlld", noise([3, 1], seed: 1), noise([3, 1], seed: 2)),
      ("lskd", saturated, noise([2, 3], seed: 1)), ("lskd", noise([2, 3], seed: 1), saturated),
      ("lskd", noise([3, 1], seed: 1), noise([3, 1], seed: 2)),
      ("dkd", saturated, noise([2, 3], seed: 1)), ("dkd", noise([2, 3], seed: 1), saturated),
      ("dkd", saturated, Tensor(-1.0) * saturated), ("dkd", noise([1, 2], seed: 1), [[0, 1]]),
    ]
    let pixel = (noise([2, 3, 1, 1], seed: 1), noise([2, 3, 1, 1], seed: 2))
    let ofMaps = ["at", "cwd", "ickd", "nst", "pkd"].map {
      ("\($0)(layer: stage1)", pixel.0, pixel.1)
    }
    for (formula, s, t) in cases + ofMaps {
      for scale in [1.0, 1e-6, 1e4] as [Float] where scale == 1 || s.rank == 4 {
        let (value, gradient) = try evaluate(
          formula, Tensor(scale) * s, t, labels: [Int](repeating: 1, count: s.shape[0]))
        #expect(value.isFinite && gradient.allSatisfy { $0.isFinite }, "\(formula) \(scale)")
      }
    }
  }

  /// Values that cannot be compared are an error in words.
  @Test(
    arguments: [
      (
        "ickd(layer: stage1)", [2, 4, 2, 3],
        "ickd: meanSquaredDistance compares entry by entry, but the student's 'stage1' of shape "
          + "[2, 3, 2, 3] gives [2, 3, 3] and the teacher's 'stage1' of shape [2, 4, 2, 3] gives "
          + "[2, 4, 4]"
      ),
      (
        "nst(layer: stage1)", [2, 3, 3, 3],
        "nst: meanSquaredDistance compares entry by entry, but the student's 'stage1' of shape "
          + "[2, 3, 2, 3] gives [2, 2, 3, 2, 3] and the teacher's 'stage1' of shape [2, 3, 3, 3] gives "
          + "[2, 3, 3, 3, 3]"
      ),
      (
        "at(layer: stage1)", [2, 3],
        "at: attention takes feature maps N×C×H×W, but the teacher's value has shape [2, 3]"
      ),
    ])
  func unequalShapesAreErrors(_ formula: String, _ teacher: [Int], _ message: String) throws {
    let error = #expect(throws: DistillationError.self) {
      try Registry.linked.loss(formula).evaluate(
        student: ["stage1": noise([2, 3, 2, 3], seed: 1)],
        teacher: ["stage1": noise(teacher, seed: 2)])
    }
    #expect(error?.description == message)
  }
}
