import Kindred
import TestSupport
import Testing

/// A teacher with another number of tokens has a mask of its own. With the same number, the student's counts.
@Suite struct TeacherMaskTests {
  /// 2 examples of 3 tokens of the student, and of 4 of the teacher. Two tokens count of each example.
  static let own: [Float] = [1, 0, 1, 0, 1, 1]
  static let other: [Float] = [0, 1, 1, 0, 1, 0, 0, 1]

  static func outputs(_ count: Int, _ width: Int, mask: [Float]?, seed: UInt64) -> Outputs {
    func masked(_ x: Tensor) -> Tensor {
      let width = x.shape[2]
      return Tensor(
        x.scalars.enumerated().map { mask?[$0 / width] == 0 ? .nan : $1 }, shape: x.shape)
    }
    var outputs: Outputs = [
      "tokens": masked(noise([2, count, width], seed: seed)),
      "logits": masked(noise([2, count, 3], seed: seed + 1)),
    ]
    outputs.tensors["mask"] = mask.map { Tensor($0, shape: [2, count]) }
    return outputs
  }

  static var student: Outputs { outputs(3, 5, mask: own, seed: 1) }
  static var teacher: Outputs { outputs(4, 5, mask: other, seed: 3) }

  @Test(arguments: ["meanToken", "firstToken"])
  func eachNetworkHasItsMask(_ knowledge: String) throws {
    let loss = try Registry.linked.loss("match(\(knowledge), with: meanSquare)")
    let found = try loss.evaluate(student: Self.student, teacher: Self.teacher)
    func value(_ outputs: Outputs, _ kept: [[Int]]) throws -> Tensor {
      let rows = try outputs["tokens"].reshaped([-1, 5])
      return .stacked(
        kept.map { rows.rows(knowledge == "meanToken" ? $0 : [$0[0]]).mean(axis: 0) })
    }
    let e =
      try value(Self.student, [[0, 2], [4, 5]]) - value(Self.teacher, [[1, 2], [4, 7]])
    let expected = Double(e.squared().mean().scalar)
    #expect(abs(found.value - expected) < 1e-6 * expected)
    let gradient = try found.gradients["tokens"].scalars
    #expect((gradient[5..<10] + gradient[15..<20]).allSatisfy { $0 == 0 } && gradient[0] != 0)
    // A weight of 0 leaves out an example of both, whatever its masks hold.
    var (s, t) = (Self.student, Self.teacher)
    s.tensors["weights"] = [1, 0]
    s.tensors["mask"] = Tensor([1, 0, 1, .nan, 3, 1], shape: [2, 3])
    t.tensors["mask"] = [[0, 1, 1, 0], [9, 9, 9, 9]]
    let first = try loss.evaluate(student: s, teacher: t).value
    #expect(abs(first - Double(e.rows([0]).squared().mean().scalar)) < 1e-6 * expected)
    // Without a token of the teacher there is nothing to compare.
    t.tensors["mask"] = Tensor(repeating: 0, shape: [2, 4])
    #expect(try loss.evaluate(student: s, teacher: t).value == 0)
  }

  /// Equally many tokens that count do not belong together, if they are of another number.
  @Test(arguments: [
    ("match(tokens, by: cosines, with: meanSquare)", "'tokens'", "2, 3, 2, 3", "2, 4, 2, 4"),
    ("match(withoutFirst(count: 0), with: meanSquare)", "'tokens'", "6, 1, 5", "8, 1, 5"),
    ("match(output(layer: tokens), with: meanSquare)", "", "", ""),
    ("match(heads(count: 1), with: meanSquare)", "'tokens'", "2, 3, 1, 5", "2, 4, 1, 5"),
    ("kd", "", "", ""), ("tokenKd", "", "", ""), ("gramAnchoring", "", "", ""),
  ])
  func tokensArePairedOnlyWithThoseOfEqualNumber(
    _ formula: String, _ output: String, _ own: String, _ other: String
  ) throws {
    let error = #expect(throws: DistillationError.self) {
      try Registry.linked.loss(formula).evaluate(student: Self.student, teacher: Self.teacher)
    }
    let text = try #require(error?.description)
    let isGiven = output.isEmpty
    #expect(
      text.contains(
        isGiven
          ? "has shape [2, 3, " : "\(output) of shape [2, 3, 5] gives [\(own)]"), "\(text)")
    #expect(
      text.contains(isGiven ? "the teacher's [2, 4, " : "[2, 4, 5] gives [\(other)]"), "\(text)")
    // Logits are no pictures.
    let isHinted = formula.hasPrefix("match")
    #expect(
      text.hasSuffix(
        "; 'grid' averages square pictures of tokens to one number, as in resampled(grid: 7)")
        == isHinted, "\(text)")
    // Features are related without regard to the number of tokens.
    let features = "match(tokens, by: transposed.gram, with: meanSquare)"
    #expect(
      try Registry.linked.loss(features).evaluate(student: Self.student, teacher: Self.teacher)
        .value > 0)
  }

  @Test(
    arguments: [
      (
        own, nil, 4,
        """
        'mask' takes a 0 or a 1 for each token, of shape [N, T], but has shape [2, 3], and the teacher's 'tokens' \
        of shape [2, 4, 5], which takes a mask of its own
        """
      ),
      (
        nil, other, 4,
        """
        the teacher's 'mask' takes a 0 or a 1 for each token, of shape [N, T], but has shape [2, 4], and the \
        student has none
        """
      ),
      (
        own, [1, 1, 1, 1, 1, 1], 3,
        """
        the teacher's 'mask' takes a 0 or a 1 for each token, of shape [N, T], but has other numbers than the \
        student's
        """
      ),
      (
        own, [1, 1, 2, 1, 1, 1, 1, 1], 4,
        """
        the teacher's 'mask' takes a 0 or a 1 for each token, of shape [N, T], but has 2.0 at [0, 2]
        """
      ),
      (
        own, own, 4,
        """
        the teacher's 'mask' takes a 0 or a 1 for each token, of shape [N, T], but has shape [2, 3], and the \
        teacher's 'tokens' of shape [2, 4, 5]
        """
      ),
      (own, own, 3, ""), (nil, nil, 4, ""), (own, other, 4, ""),
    ] as [([Float]?, [Float]?, Int, String)])
  func masksThatFitNot(
    _ own: [Float]?, _ other: [Float]?, _ count: Int, _ message: String
  ) throws {
    let loss = try Registry.linked.loss("match(meanToken, with: meanSquare)")
    func evaluate() throws -> Double {
      let s = Self.outputs(3, 5, mask: own, seed: 1)
      var t = Self.outputs(count, 5, mask: nil, seed: 3)
      t.tensors["mask"] = other.map { Tensor($0, shape: [2, $0.count / 2]) }
      return try loss.evaluate(student: s, teacher: t).value
    }
    guard !message.isEmpty else {
      #expect(try evaluate() > 0)
      return
    }
    let error = #expect(throws: DistillationError.self) { try evaluate() }
    #expect(error?.description == message)
  }

  /// Labels of the student's tokens say nothing of a teacher with others.
  @Test func labelsOfTheStudentsTokens() throws {
    var (s, t) = (Self.student, Self.teacher)
    s.labels = [0, 1, -100, 2, 1, 0]
    let loss = try Registry.linked.loss("ce + match(meanToken, with: meanSquare)")
    let found = try loss.evaluate(student: s, teacher: t)
    let kept = try s["logits"].reshaped([6, 3]).rows([0, 4, 5])
    let expected = kept.crossEntropy(labels: [0, 1, 0], smoothing: 0).scalar
    #expect(found.terms[0].value.map { abs(Float($0) - expected) < 1e-6 } == true)
    // The teacher's tokens are as its mask has them, beside labeled ones of the student.
    let beside = try Registry.linked.loss(
      "match(labeledLogits, to: meanToken(layer: logits), by: transposed.gram, with: meanSquare)")
    let z = try t["logits"].reshaped([8, 3])
    let means = Tensor.stacked([[1, 2], [4, 7]].map { z.rows($0).mean(axis: 0) })
    let difference = kept.transposed.matmul(kept) - means.transposed.matmul(means)
    let value = Double(difference.squared().mean().scalar)
    #expect(abs(try beside.evaluate(student: s, teacher: t).value - value) < 1e-6 * value)
    for mask in [true, false] {
      if !mask { (s.tensors["mask"], t.tensors["mask"]) = (nil, nil) }
      #expect(throws: DistillationError.self) {
        try Registry.linked.loss("dkd").evaluate(student: s, teacher: t)
      }
    }
  }
}
