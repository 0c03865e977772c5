import Kindred
import TestSupport
import Testing

/// Outputs of rank 3 are tokens: read as such, or refused. A masked token is as if it were not there.
@Suite struct TokensTests {
  static let kept = [0, 2, 3, 6, 8, 9]

  /// 2 examples of 5 tokens with 4 features, or 3 classes; the teacher has 6 features.
  static func outputs(_ role: Role) -> Outputs {
    let seed: UInt64 = role == .student ? 1 : 11
    let width = role == .student ? 4 : 6
    return Outputs([
      "tokens": noise([2, 5, width], seed: seed), "logits": noise([2, 5, 3], seed: seed + 1),
      "embedding": noise([2, width], seed: seed + 2),
    ])
  }

  static let labels = [0, 1, 2, 0, 1, 2, 0, 1, 2, 0]

  /// The kept tokens of both examples as rows, or as the tokens of one example.
  static func rows(_ x: Tensor, _ kept: [Int] = kept) -> Tensor {
    x.reshaped([10, x.shape[2]]).rows(kept)
  }

  static func masked(_ outputs: Outputs, _ mask: [Int] = kept, rubbish: Float = .nan) -> Outputs {
    var outputs = outputs
    for (name, x) in outputs.tensors where x.rank == 3 {
      let width = x.shape[2]
      outputs.tensors[name] = Tensor(
        x.scalars.enumerated().map { mask.contains($0 / width) ? $1 : rubbish }, shape: x.shape)
    }
    if outputs.tensors["logits"]?.shape[2] == 3, outputs.tensors["mask"] == nil {
      outputs.tensors["mask"] = Tensor(
        (0..<10).map { mask.contains($0) ? 1 : 0 }, shape: [2, 5])
    }
    return outputs
  }

  @Test(arguments: [
    "kd", "dist", "mlld", "lskd", "tokenKd", "ce", "dkd", "logits", "ce + 0.5*kd",
    "rkd(layer: logits)", "match(logits, by: softmax.gram, with: huber)",
    "match(logits, by: otherClasses, with: klDivergence)",
    "match(probabilities, by: transposed.cosines, with: meanSquare)",
  ])
  func tokensOfLogitsAreRows(_ formula: String) throws {
    let loss = try Registry.linked.loss(formula)
    let (s, t) = (Self.outputs(.student), Self.outputs(.teacher))
    let expected = try loss.evaluate(
      student: Outputs(
        ["logits": Self.rows(s["logits"])], labels: Self.kept.map { Self.labels[$0] }),
      teacher: ["logits": Self.rows(t["logits"])], at: Moment())
    var student = Self.masked(s)
    student.labels = Self.labels
    student.labels?[1] = 77
    let found = try loss.evaluate(student: student, teacher: Self.masked(t), at: Moment())
    #expect(found.value == expected.value && found.value > 0)
    #expect(found.terms == expected.terms)
    let gradient = try found.gradients["logits"]
    #expect(gradient.shape == [2, 5, 3])
    #expect(try Self.rows(gradient).scalars == expected.gradients["logits"].scalars)
    #expect(Self.rows(gradient, [1, 4, 5, 7]).scalars.allSatisfy { $0 == 0 })
    #expect(found.gradients.tensors["mask"] == nil)
  }

  /// Weights that follow from gradients at the outputs follow from those at the tokens that count.
  @Test func weightsByGradients() throws {
    let loss = try Registry.linked.loss("gradientNorm(ce, kd)")
    let (s, t) = (Self.outputs(.student), Self.outputs(.teacher))
    let expected = try loss.evaluate(
      student: Outputs(
        ["logits": Self.rows(s["logits"])], labels: Self.kept.map { Self.labels[$0] }),
      teacher: ["logits": Self.rows(t["logits"])])
    var student = Self.masked(s)
    student.labels = Self.labels
    let found = try loss.evaluate(student: student, teacher: Self.masked(t))
    for (term, other) in zip(found.terms, expected.terms) {
      #expect(term.value == other.value)
      #expect(abs(term.weight - other.weight) <= 1e-9 * other.weight && other.weight > 0)
    }
  }

  @Test(arguments: ["ce", "dkd", "tokenKd", "match(logits, by: otherClasses.gram, with: huber)"])
  func ignoredTokensCountNowhere(_ formula: String) throws {
    let loss = try Registry.linked.loss(formula)
    let (s, t) = (Self.outputs(.student), Self.outputs(.teacher))
    let kept = Self.kept.filter { $0 != 3 && $0 != 6 }
    let expected = try loss.evaluate(
      student: Outputs(
        ["logits": Self.rows(s["logits"], kept)], labels: kept.map { Self.labels[$0] }),
      teacher: ["logits": Self.rows(t["logits"], kept)])
    var student = Self.masked(s)
    student.labels = Self.labels
    for token in [3, 6] { student.labels?[token] = -100 }
    let found = try loss.evaluate(student: student, teacher: Self.masked(t))
    #expect(found.value == expected.value && found.value > 0)
    let gradient = try found.gradients["logits"]
    #expect(try Self.rows(gradient, kept).scalars == expected.gradients["logits"].scalars)
    #expect(Self.rows(gradient, [1, 3, 4, 5, 6, 7]).scalars.allSatisfy { $0 == 0 })
    // What reads no labels counts them all the same.
    let kd = try Registry.linked.loss("kd")
    let all = try kd.evaluate(student: student, teacher: Self.masked(t)).value
    student.labels = nil
    #expect(try kd.evaluate(student: student, teacher: Self.masked(t)).value == all)
  }

  /// Each formula on tokens, and the same on rows that were made by hand.
  @Test(arguments: [
    (
      "match(tokens, by: cosines, with: meanSquare)",
      "match(embedding, by: cosines, with: meanSquare)"
    ),
    ("match(withoutFirst, by: gram, with: huber)", "match(embedding, by: gram, with: huber)"),
    (
      "match(heads(count: 2), by: distances, with: meanSquare)",
      "match(embedding, by: distances, with: meanSquare)"
    ),
    (
      "match(meanToken, by: cosines, with: meanSquare)",
      "match(embedding, by: cosines, with: meanSquare)"
    ),
    (
      "match(firstToken, by: gram, with: meanSquare)",
      "match(embedding, by: gram, with: meanSquare)"
    ),
  ])
  func knowledgeOfTokensIsRows(_ formula: String, _ ofRows: String) throws {
    func byHand(_ outputs: Outputs) throws -> Outputs {
      let x = try outputs["tokens"]
      let rows = Self.rows(x)
      switch formula.dropFirst(6).prefix(5) {
      case "token": return ["embedding": rows]
      // Tokens 0 and 5 are the first of their examples.
      case "witho": return ["embedding": rows.rows([1, 2, 3, 4, 5])]
      case "heads": return ["embedding": rows.reshaped([12, x.shape[2] / 2])]
      case "meanT":
        let means = [[0, 1, 2], [3, 4, 5]].map { rows.rows($0).mean(axis: 0) }
        return ["embedding": Tensor.stacked(means)]
      default: return ["embedding": rows.rows([0, 3])]
      }
    }
    let (s, t) = (Self.outputs(.student), Self.outputs(.teacher))
    let variable = try s["tokens"].variable
    let expected = try Registry.linked.loss(ofRows)(
      student: byHand(["tokens": variable]), teacher: byHand(t))
    let slopes = gradients(of: [(expected.total, Tensor(1))], withRespectTo: [variable])[0]
    let found = try Registry.linked.loss(formula).evaluate(
      student: Self.masked(s), teacher: Self.masked(t))
    #expect(abs(found.value - Double(expected.total.scalar)) <= 1e-6 && found.value > 0)
    let gradient = try found.gradients["tokens"]
    let error = zip(gradient.scalars, slopes.scalars).map { abs($0 - $1) }.max()
    #expect(try #require(error) < 1e-6)
    #expect(Self.rows(gradient, [1, 4, 5, 7]).scalars.allSatisfy { $0 == 0 })
  }

  /// An output of tokens is compared token by token.
  @Test func directly() throws {
    let t = noise([2, 5, 4], seed: 20)
    let s = Self.outputs(.student)
    let loss = try Registry.linked.loss("match(output(layer: tokens), with: meanSquaredDistance)")
    let found = try loss.evaluate(
      student: Self.masked(s), teacher: Self.masked(["tokens": t])
    ).value
    let e = try Self.rows(s["tokens"]) - Self.rows(t)
    #expect(abs(found - Double(e.squared().sum().scalar) / 6) < 1e-6)
  }

  @Test(arguments: [
    "tokenKd + kd", "match(tokens, by: gram, with: huber)", "match(meanToken, with: huber)",
    "match(output(layer: logits), with: meanSquare)", "ce",
  ])
  func withoutTokensTheLossIsZero(_ formula: String) throws {
    var (s, t) = (Self.outputs(.student), Self.outputs(.teacher))
    t.tensors["tokens"] = noise([2, 5, 4], seed: 3)
    (s, t) = (Self.masked(s, []), Self.masked(t, []))
    s.labels = Self.labels
    let found = try Registry.linked.loss(formula).evaluate(student: s, teacher: t)
    #expect(found.value == 0)
    #expect(found.gradients.tensors.values.allSatisfy { $0.scalars.allSatisfy { $0 == 0 } })
    s.tensors["tokens"] = nil
    guard formula.contains("oken") && !formula.contains("kd") else { return }
    #expect(throws: DistillationError.self) {
      try Registry.linked.loss(formula).evaluate(student: s, teacher: t)
    }
  }

  /// An example without tokens has mean 0, and the others are as before.
  /// An example of which no token counts is as an example of weight 0, whatever the term makes of the
  /// others.
  @Test(arguments: [
    "match(meanToken, with: meanSquare)", "match(firstToken, by: cosines, with: meanSquare)",
    "match(meanToken, by: distances.dividedByMean, with: huber)", "gramAnchoring",
    "match(meanToken, to: output(embedding), with: meanSquare)",
    "ce + match(meanToken, with: huber)",
    "match(meanToken, by: zScores, with: meanSquare) + match(tokens, by: cosines, with: huber)",
  ])
  func anExampleWithoutTokensIsAbsent(_ formula: String) throws {
    let loss = try Registry.linked.loss(formula)
    let student = Outputs(
      ["tokens": noise([4, 3, 6], seed: 20), "logits": noise([4, 5], seed: 21)],
      labels: [0, 1, 2, 3])
    let teacher: Outputs = [
      "tokens": noise([4, 3, 6], seed: 22), "embedding": noise([4, 6], seed: 23),
    ]
    let places: [Float] = [1, 0, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1]
    let mask = Tensor(places, shape: [4, 3])
    var masked = student
    masked.tensors["mask"] = mask
    var absent = masked
    absent.tensors["weights"] = Tensor([1, 1, 0, 1], shape: [4])
    let found = try loss.evaluate(student: masked, teacher: teacher)
    let expected = try loss.evaluate(student: absent, teacher: teacher)
    for (one, other) in zip(found.terms, expected.terms) where one.name != "ce" {
      #expect(one.value == other.value && one.value != 0)
    }
    #expect(
      found.gradients.tensors["tokens"]?.scalars == expected.gradients.tensors["tokens"]?.scalars)
  }

  /// One label an example is the example's, if its logits are: even if it has one token.
  @Test(arguments: [1, 3])
  func labelsOfExamples(_ tokens: Int) throws {
    var student = Outputs(
      ["tokens": noise([4, tokens, 6], seed: 24), "logits": noise([4, 5], seed: 25)],
      labels: [0, -100, 2, 3])
    let teacher: Outputs = [
      "tokens": noise([4, tokens, 6], seed: 26), "logits": noise([4, 5], seed: 27),
    ]
    let loss = try Registry.linked.loss("tokenKd + ce + match(meanToken, with: meanSquare)")
    let found = try loss.evaluate(student: student, teacher: teacher)
    for (name, index) in [("tokenKd", 0), ("ce", 1), ("match(meanToken, with: meanSquare)", 2)] {
      let alone = try Registry.linked.loss(name).evaluate(student: student, teacher: teacher)
      #expect(found.terms[index].value == alone.terms[0].value && alone.value > 0.1)
    }
    // A mask leaves an example's tokens out, and not its label.
    let places = (0..<4 * tokens).map { Float($0 == 0 ? 0 : 1) }
    student.tensors["mask"] = Tensor(places, shape: [4, tokens])
    let masked = try loss.evaluate(student: student, teacher: teacher)
    #expect(masked.terms[1].value == found.terms[1].value)
    #expect(masked.terms[2].value != found.terms[2].value)
  }

  /// Tokens that count are no examples, even if they are as many.
  @Test(arguments: ["with: meanSquare", "by: cosines, with: huber"])
  func tokensAreNoExamples(_ rest: String) throws {
    let loss = try Registry.linked.loss("match(tokens, to: embedding, \(rest))")
    let mask = Tensor([1, 0, 1, 0, 0, 1, 1, 0], shape: [4, 2])
    let student: Outputs = ["tokens": noise([4, 2, 8], seed: 28), "mask": mask]
    #expect(throws: DistillationError.self) {
      try loss.evaluate(student: student, teacher: ["embedding": noise([4, 8], seed: 29)])
    }
  }

  /// If only class tokens are left, a knowledge without them has nothing.
  @Test func nothingIsLeftWithoutTheFirst() throws {
    let loss = try Registry.linked.loss("match(withoutFirst, by: gram, with: huber)")
    let found = try loss.evaluate(
      student: Self.masked(Self.outputs(.student), [0, 5]),
      teacher: Self.masked(Self.outputs(.teacher), [0, 5]))
    #expect(found.value == 0)
  }

  @Test func weightsAndMasksGoTogether() throws {
    let loss = try Registry.linked.loss("ce + tokenKd")
    let (s, t) = (Self.outputs(.student), Self.outputs(.teacher))
    func second(_ outputs: Outputs) -> Outputs {
      Outputs(outputs.tensors.mapValues { $0.rows([1]) })
    }
    var expectedStudent = second(Self.masked(s))
    expectedStudent.labels = Array(Self.labels[5...])
    let expected = try loss.evaluate(student: expectedStudent, teacher: second(Self.masked(t)))
    var student = Self.masked(s)
    student.labels = [9, 9, 9, 9, 9] + Self.labels[5...]
    student.tensors["weights"] = [0, 1]
    // What is absent may be anything, its mask too.
    student.tensors["mask"] = Tensor([7, .nan, 1, 1, 0, 0, 1, 0, 1, 1], shape: [2, 5])
    let found = try loss.evaluate(student: student, teacher: Self.masked(t))
    #expect(found.value == expected.value && found.value > 0)
    student.labels?[8] = 5
    #expect(
      throws: DistillationError.inTerm(
        "ce", .labelOutOfRange(5, at: 1, classes: 3, place: "token 3 of example 1"))
    ) {
      try loss.evaluate(student: student, teacher: Self.masked(t))
    }
  }

  /// Pixels are rows as tokens are.
  @Test(arguments: ["ce", "kd", "dkd", "lskd", "dist", "mlld", "tokenKd"])
  func pixelsOfLogitsAreRows(_ formula: String) throws {
    let (s, t) = (noise([2, 3, 2, 4], seed: 5), noise([2, 3, 2, 4], seed: 6))
    var labels = (0..<16).map { $0 % 3 }
    let readsLabels = ["ce", "dkd", "tokenKd"].contains(formula)
    if readsLabels { for pixel in [0, 5, 11] { labels[pixel] = -100 } }
    let kept = labels.indices.filter { labels[$0] >= 0 }
    let loss = try Registry.linked.loss(formula)
    let expected = try loss.evaluate(
      student: Outputs(["logits": s.pixelRows.rows(kept)], labels: kept.map { labels[$0] }),
      teacher: ["logits": t.pixelRows.rows(kept)])
    let found = try loss.evaluate(
      student: Outputs(["logits": s], labels: labels), teacher: ["logits": t])
    #expect(found.value == expected.value && found.value > 0)
    let gradient = try found.gradients["logits"].pixelRows
    #expect(try gradient.rows(kept).scalars == expected.gradients["logits"].scalars)
    if readsLabels { #expect(gradient.rows([0, 5, 11]).scalars.allSatisfy { $0 == 0 }) }
  }

  /// docs/tokens.md
  struct SumOfTokens: Knowledge, Configurable {
    static let standard = Self()
    static let summary = "The sum over all tokens of each one's features."

    var outputs: [OutputName] { ["tokens"] }
    var takesTokens: Bool { true }

    func callAsFunction(_ outputs: Outputs) throws -> Tensor {
      let tokens = try outputs.tokens("tokens", for: formula)
      return tokens.rows.sum(axis: 0, keepingDimensions: true)
    }
  }

  /// A knowledge of one's own is given no tokens unless it says that it takes them.
  @Test func knowledgeOfOnesOwn() throws {
    struct Raw: Knowledge {
      static let summary = "An output."
      var outputs: [OutputName] { ["tokens"] }
      func callAsFunction(_ outputs: Outputs) throws -> Tensor { try outputs["tokens"] }
    }
    let t: Outputs = ["tokens": noise([2, 5, 4], seed: 20)]
    let s = Self.masked(Self.outputs(.student))
    let value = try LossGraph(match(SumOfTokens(), with: .meanSquare))
      .evaluate(student: s, teacher: Self.masked(t)).value
    let sum = { (x: Tensor) in Self.rows(x).sum(axis: 0) }
    let e = try sum(Self.outputs(.student)["tokens"]) - sum(t["tokens"])
    #expect(abs(value - Double(e.squared().sum().scalar) / 4) < 1e-6)
    let error = #expect(throws: DistillationError.self) {
      try LossGraph(match(Raw(), with: .meanSquare)).evaluate(student: s, teacher: t)
    }
    #expect(
      error?.description == """
        match(raw, with: meanSquare): raw takes one row or map an example, but the student's 'tokens' of \
        shape [2, 5, 4] is tokens N×T×D: tokens(layer: tokens) has a row for each token, and meanToken(…) \
        and firstToken(…) have one for each example
        """)
  }

  /// What needs tokens says what it got.
  @Test(arguments: [
    (
      "match(tokens(layer: embedding), by: gram, with: huber)",
      "tokens(layer: embedding) takes tokens N×T×D, but the student's value has shape [2, 4]"
    ),
    (
      "match(heads(count: 3), with: huber)",
      "heads(count: 3) takes tokens N×T×D whose D is a multiple of 3, but the student's value has shape [2, 5, 4]"
    ),
    (
      "match(withoutFirst(count: 5), with: huber)",
      "withoutFirst(count: 5) takes more than 5 tokens an example, but the student's value has shape [2, 5, 4]"
    ),
    (
      "triplet(layer: tokens)",
      "this term takes one row or map an example, but the student's 'tokens' of shape [2, 5, 4] is tokens N×T×D: tokens(layer: tokens) has a row for each token, and meanToken(…) and firstToken(…) have one for each example"
    ),
    ("triplet", "the student's 'embedding' has 2 examples, but the labels has 10"),
  ])
  func othersAreRefused(_ formula: String, _ message: String) throws {
    var (s, t) = (Self.outputs(.student), Self.outputs(.teacher))
    t.tensors["tokens"] = noise([2, 5, 4], seed: 3)
    s.labels = formula == "triplet" ? Self.labels : [0, 1]
    let loss = try Registry.linked.loss(formula + (formula == "triplet" ? " + ce" : ""))
    let error = #expect(throws: DistillationError.self) {
      try loss.evaluate(student: s, teacher: t)
    }
    let text = try #require(error?.description)
    #expect(text.hasSuffix(": " + message.replacing("labels has", with: "labels have")), "\(text)")
  }

  @Test(arguments: [
    (
      Tensor([1, 0], shape: [2, 1]), "shape [2, 1], and the student's 'logits' of shape [2, 5, 3]"
    ),
    (Tensor([1, 0]), "shape [2]"),
    (Tensor([1, 1, 1, 1, 1, 1, 0, 0.5, 0, 0], shape: [2, 5]), "0.5 at [1, 2]"),
    (Tensor([1, 1, 1, 1, .nan, 1, 0, 1, 0, 0], shape: [2, 5]), "nan at [0, 4]"),
  ])
  func otherMasksAreRefused(_ mask: Tensor, _ message: String) throws {
    var student = Self.outputs(.student)
    student.tensors["mask"] = mask
    let error = #expect(throws: DistillationError.self) {
      try LossGraph(KD()).evaluate(student: student, teacher: Self.outputs(.teacher))
    }
    #expect(
      error?.description
        == "'mask' takes a 0 or a 1 for each token, of shape [N, T], but has \(message)")
    // A loss without tokens does not look at it.
    let rows = try Registry.linked.loss("rkd")
    let value = try rows.evaluate(student: student, teacher: Self.outputs(.teacher)).value
    student.tensors["mask"] = nil
    #expect(try rows.evaluate(student: student, teacher: Self.outputs(.teacher)).value == value)
  }
}
