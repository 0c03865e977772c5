import Conformance
import Kindred
import Testing

/// The suite finds the faults of terms that are wrong on purpose, and no others.
@Suite struct WrongTermTests {
  private func failures(_ suite: ConformanceSuite) -> [String] {
    suite.findings().filter { !$0.passed }.map { $0.check }
  }

  @Test func aDoubledGradient() {
    #expect(failures(ConformanceSuite(of: Doubled.self)) == ["gradient at embedding"])
  }

  /// Each of two towers has its gradient checked.
  @Test func aDoubledGradientAtOneTower() {
    #expect(failures(ConformanceSuite(of: DoubledTower.self)) == ["gradient at text"])
  }

  /// Half of a hinge's derivative: the cosines of one pair of two are held constant.
  @Test func anOrderWithHalfItsGradient() {
    #expect(failures(ConformanceSuite(of: HalfOrder.self)) == ["gradient at embedding"])
  }

  /// A margin is above 0 between near cosines, also for a perfect student; and the angles to the teacher
  /// turn with the student.
  @Test func falseClaimsOfStella() {
    #expect(
      failures(ConformanceSuite(of: PerfectStella.self)) == ["rotation", "zero at the teacher"])
  }

  @Test func aDetachedMean() {
    #expect(failures(ConformanceSuite(of: DetachedMean.self)) == ["gradient at embedding"])
    #expect(failures(ConformanceSuite(of: AttachableMean.self)) == [])
  }

  /// A jump is not a slope, and does not hide a wrong one.
  @Test func aDoubledGradientBetweenJumps() {
    #expect(failures(ConformanceSuite(of: Jumping.self)) == [])
    #expect(failures(ConformanceSuite(of: DoubledJumping.self)) == ["gradient at embedding"])
  }

  @Test func noGradient() {
    #expect(failures(ConformanceSuite(of: Constant.self)) == ["gradient"])
  }

  @Test func aFalseClaim() {
    #expect(failures(ConformanceSuite(of: NotInvariant.self)) == ["rotation", "scaling"])
  }

  @Test func anOrderOfTheBatch() {
    #expect(failures(ConformanceSuite(of: Ordered.self)) == ["batchOrder"])
  }

  @Test func notANumber() {
    #expect(failures(ConformanceSuite(of: Divided.self)) == ["zero rows", "all zero"])
  }

  @Test func aSlopeThatExplodes() {
    #expect(failures(ConformanceSuite(of: Exploding.self)) == ["zero rows"])
  }

  /// A small ε that keeps a division finite is found, unless the method itself has that ε.
  @Test func aDivisionByAlmostNothing() {
    #expect(failures(ConformanceSuite(of: AlmostDivided.self)) == ["zero rows"])
    #expect(failures(ConformanceSuite(of: DividedByItsOwn.self)) == [])
  }

  @Test func notZeroAtTheTeacher() {
    #expect(failures(ConformanceSuite(of: NotZero.self)) == ["zero at the teacher"])
  }

  /// The length of one example is left if an example is also compared with itself.
  @Test func notZeroForOneExample() {
    #expect(failures(ConformanceSuite(of: Lengths.self)) == ["zero for one example"])
    #expect(!ConformanceSuite(of: StatedLengths.self).isZeroForOneExample)
    #expect(failures(ConformanceSuite(of: StatedLengths.self)) == [])
  }

  /// A matcher may leave something of a single number, and classes are no examples.
  @Test func whatIsNotZeroForOneExampleClaimsNothing() {
    #expect(!ConformanceSuite(of: Correlated.self).isZeroForOneExample)
    #expect(failures(ConformanceSuite(of: Correlated.self)) == [])
    #expect(!ConformanceSuite(of: BetweenClasses.self).isZeroForOneExample)
    #expect(failures(ConformanceSuite(of: BetweenClasses.self)) == [])
    #expect(ConformanceSuite(of: TransposedDistances.self).isZeroForOneExample)
    #expect(failures(ConformanceSuite(of: TransposedDistances.self)) == [])
  }

  @Test func aFindingInWords() {
    func finding(_ check: String, of suite: ConformanceSuite) -> String? {
      suite.findings().first { $0.check == check }.map { "\($0)" }
    }
    #expect(
      finding("teacher is constant", of: ConformanceSuite(of: Doubled.self))
        == """
        teacher is constant PASS, 0.0 with 0.0 allowed: largest gradient at the teacher's outputs
        """)
    #expect(
      finding("gradient", of: ConformanceSuite(of: Constant.self))
        == "gradient FAIL: it is 0 at random outputs")
  }

  @Test func anOutputThatIsNotNamed() {
    let found = ConformanceSuite(of: Furtive.self).findings().filter { !$0.passed }
    #expect(found.map { $0.check } == ["reads what it says"])
    #expect(found.map { $0.words } == ["change by outputs that the loss does not name"])
  }

  /// A row of logits without spread has no direction, and one of certain probabilities no logarithm.
  @Test func carelessLogits() {
    #expect(failures(ConformanceSuite(of: ExplodingScores.self)) == ["zero rows", "all zero"])
    #expect(failures(ConformanceSuite(of: LogOfProbability.self)).contains("times 10⁴"))
  }

  /// What reads labels must leave out those that are ignored.
  @Test func anExampleThatIsIgnoredCounts() {
    let found = ConformanceSuite(of: Labeled.self).findings().filter { !$0.passed }
    #expect(found.map { $0.check } == ["ignored labels"])
    #expect(
      found.map { $0.words } == [
        "the loss depends on labels: state 'readsLabels', so that it is given no ignored ones"
      ])
    #expect(failures(ConformanceSuite(of: StatedLabeled.self)) == [])
  }

  @Test func aResultThatDependsOnThreads() {
    #expect(failures(ConformanceSuite(of: Threaded.self)) == ["same bits"])
  }

  /// A graph keeps the teacher constant; a function outside a graph might not.
  @Test func aGradientToTheTeacher() {
    func suite(_ teacher: @escaping @Sendable (Tensor) -> Tensor) -> ConformanceSuite {
      let loss = CheckedLoss(studentOutputs: ["embedding"], teacherOutputs: ["embedding"]) {
        try ($0["embedding"].gram - teacher($1["embedding"]).gram).squared().mean()
      }
      return ConformanceSuite(
        formula: "leak", invariances: [.batchOrder], isZeroAtTeacher: true, loss: loss,
        differentiable: loss)
    }
    // It knows nothing of weights of examples, either.
    #expect(failures(suite { $0 }) == ["teacher is constant", "absent examples"])
    #expect(failures(suite { $0.detached }) == ["absent examples"])
  }

  /// Parameters have their gradients checked, of relations as of terms.
  @Test func aDoubledGradientOfAParameter() {
    #expect(
      failures(ConformanceSuite(of: DoubledMap.self)) == [
        "gradient at parameter doubledMap.weight"
      ])
    #expect(
      failures(ConformanceSuite(of: DoubledVariance.self)) == [
        "gradient at parameter doubledVariance.scale"
      ])
  }

  /// Matchers hold the teacher constant: a map that is also the teacher's would learn half of what it should.
  @Test func aMapOfBothNetworks() {
    #expect(
      failures(ConformanceSuite(of: MappedTeacher.self)) == [
        "gradient at parameter mappedTeacher.weight", "mapRotation",
      ])
  }

  /// Before anything is remembered, there is nothing to learn from.
  @Test func anEmptyMemoryThatCounts() {
    #expect(failures(ConformanceSuite(of: EagerQueue.self)) == ["empty memory"])
    #expect(failures(ConformanceSuite(of: RRD.self)) == [])
  }

  @Test func anOrderOfTheTokens() {
    #expect(failures(ConformanceSuite(of: FirstOfTokens.self)) == ["tokenOrder"])
  }

  /// What is left out is not remembered, either.
  @Test func leftOutAndRemembered() throws {
    #expect(failures(ConformanceSuite(of: RememberingMasked.self)) == ["masked tokens"])
    let graph = try LossGraph(match(.embedding, by: .gram, with: .meanSquare))
    func suite(remembering: Bool) -> ConformanceSuite {
      let loss = CheckedLoss(
        studentOutputs: ["embedding"], teacherOutputs: ["embedding"],
        memory: { remembering ? ["queue": try $1["embedding"].sum(axis: 1)] : [:] },
        total: { try graph(student: $0, teacher: $1).total })
      return ConformanceSuite(
        formula: "queue", invariances: [], isZeroAtTeacher: true, loss: loss, differentiable: loss)
    }
    #expect(failures(suite(remembering: true)) == ["absent examples"])
    #expect(failures(suite(remembering: false)) == [])
  }

  /// A mask after the mean comes too late, and a divisor that counts masked tokens changes the mean.
  @Test func masksThatComeTooLate() {
    #expect(failures(ConformanceSuite(of: MaskedMean.self)) == ["masked tokens"])
    #expect(failures(ConformanceSuite(of: DividedByAllTokens.self)) == ["masked tokens"])
    #expect(failures(ConformanceSuite(of: RowsOfTokens.self)).contains("masked tokens"))
    #expect(failures(ConformanceSuite(of: MaskedPicture.self)) == ["masked tokens"])
    #expect(failures(ConformanceSuite(of: KeptMean.self)) == [])
  }

  @Test func anError() {
    let findings = ConformanceSuite(of: Throwing.self).findings()
    #expect(findings.allSatisfy { !$0.passed && $0.words.contains("no output 'nowhere'") })
    #expect(findings.count == 11)
  }
}

/// A loss of the embeddings, or of the outputs that are named.
private struct Function: PrimitiveTerm {
  var outputs: [OutputName] = ["embedding"]
  let loss: @Sendable (_ s: Outputs, _ t: Outputs) throws -> Tensor

  var teacherOutputs: [OutputName] { outputs }
  var smallestDivisor: Double?
  var readsLabels = false

  init(
    smallestDivisor: Double? = nil,
    _ loss: @escaping @Sendable (_ s: Tensor, _ t: Tensor) -> Tensor
  ) {
    self.smallestDivisor = smallestDivisor
    self.loss = { try loss($0["embedding"], $1["embedding"]) }
  }

  init(
    _ outputs: [OutputName], readsLabels: Bool = false,
    _ loss: @escaping @Sendable (Outputs, Outputs) throws -> Tensor
  ) {
    (self.outputs, self.readsLabels, self.loss) = (outputs, readsLabels, loss)
  }

  func callAsFunction(student: Outputs, teacher: Outputs) throws -> Tensor {
    try loss(student, teacher)
  }
}

private protocol WrongTerm: NamedTerm {
  init()
}

extension WrongTerm {
  static var standard: Self { Self() }
  static var equation: String { "wrong" }
}

private struct Doubled: WrongTerm {
  var body: some LossTerm {
    Function { s, t in (2 * s.gram - s.gram.detached - t.gram).squared().mean() }
  }
}

private struct DoubledTower: WrongTerm {
  var body: some LossTerm {
    Function(["image", "text"]) { s, t in
      let cosines = { (image: Tensor, text: Tensor) in CrossCosines()(TensorPair(image, text)) }
      let text = try 2 * s["text"] - s["text"].detached
      return try cosines(s["image"], text).klDivergence(
        fromTeacher: cosines(t["image"], t["text"]), temperature: 0.5)
    }
  }
}

private struct HalfOrder: WrongTerm {
  static var isZeroAtTeacher: Bool { false }
  var body: some LossTerm {
    Function { s, t in
      let c = InnerProducts(of: s).cosines
      return ((c + c.detached) / 2).pairRanking(
        byTeacher: InnerProducts(of: t).cosines, margin: 0.015)
    }
  }
}

private struct PerfectStella: WrongTerm {
  static var invariances: [Invariance] { [.rotation, .scaling, .batchOrder] }
  var body: some LossTerm { Stella().body }
}

/// A choice by a threshold, such as that of a mined negative, jumps.
private struct Jumping: WrongTerm {
  static var isZeroAtTeacher: Bool { false }
  var body: some LossTerm {
    Function { s, t in (s.gram - t.gram).squared().mean() + steps(of: s) }
  }
}

private struct DoubledJumping: WrongTerm {
  static var isZeroAtTeacher: Bool { false }
  var body: some LossTerm {
    Function { s, t in
      (2 * s.gram - s.gram.detached - t.gram).squared().mean() + steps(of: s)
    }
  }
}

/// Whole numbers that follow the sum of all features and change with each tenth of it.
private func steps(of x: Tensor) -> Tensor {
  Tensor((10 * x.scalars.reduce(0) { $0 + Double($1) }).rounded())
}

private struct DetachedMean: WrongTerm {
  var body: some LossTerm {
    Function { s, t in
      let divided = { (x: Tensor) in
        x.pairwiseSquaredDistances
          * x.pairwiseSquaredDistances.detached.meanOffDiagonal().reciprocalOrZero()
      }
      return (divided(s) - divided(t)).squared().mean()
    }
  }
}

/// `DetachedMean` with settings for which the gradient is the derivative.
private struct AttachableMean: WrongTerm {
  var detached = true

  static var differentiable: AttachableMean {
    var term = AttachableMean()
    term.detached = false
    return term
  }

  var body: some LossTerm {
    Function { [detached] s, t in
      let divided = { (x: Tensor) in
        let distances = x.pairwiseSquaredDistances
        let mean = (detached ? distances.detached : distances).meanOffDiagonal()
        return distances * mean.reciprocalOrZero()
      }
      return (divided(s) - divided(t)).squared().mean()
    }
  }
}

private struct Constant: WrongTerm {
  static var isZeroAtTeacher: Bool { false }
  var body: some LossTerm { Function { s, _ in s.detached.squared().mean() } }
}

private struct NotInvariant: WrongTerm {
  static var invariances: [Invariance] { [.rotation, .scaling, .translation, .batchOrder] }
  var body: some LossTerm {
    Function { s, t in
      (s.centered(axis: 0).abs().sum() - t.centered(axis: 0).abs().sum()).squared()
    }
  }
}

private struct Ordered: WrongTerm {
  var body: some LossTerm {
    Function { s, t in
      let first = { (x: Tensor) in x.rows([0]) • x.rows([x.shape[0] - 1]).transposed }
      return (first(s) - first(t)).squared().sum()
    }
  }
}

private struct Divided: WrongTerm {
  var body: some LossTerm {
    Function { s, t in
      ((s / s.norm(axis: 1, keepingDimensions: true)).gram
        - (t / t.norm(axis: 1, keepingDimensions: true)).gram).squared().mean()
    }
  }
}

private struct Exploding: WrongTerm {
  var body: some LossTerm {
    Function { s, t in
      let unit = { (x: Tensor) in x / (x.norm(axis: 1, keepingDimensions: true) + 1e-12) }
      return (unit(s).gram - unit(t).gram).squared().mean()
    }
  }
}

private struct AlmostDivided: WrongTerm {
  var body: some LossTerm { Function(AlmostDivided.loss) }

  static let loss: @Sendable (Tensor, Tensor) -> Tensor = { s, t in
    let unit = { (x: Tensor) in x / (x.norm(axis: 1, keepingDimensions: true) + 1e-5) }
    return (unit(s).gram - unit(t).gram).squared().mean()
  }
}

private struct DividedByItsOwn: WrongTerm {
  var body: some LossTerm { Function(smallestDivisor: 1e-5, AlmostDivided.loss) }
}

private struct NotZero: WrongTerm {
  var body: some LossTerm { Function { s, t in (s.gram - t.gram).squared().mean() + 1e-3 } }
}

private struct Lengths: WrongTerm {
  var body: some LossTerm { match(.embedding, by: .gram, with: .meanSquare) }
}

/// `Lengths`, with a statement that it is not zero for one example.
private struct StatedLengths: WrongTerm {
  static var isZeroForOneExample: Bool { false }
  var body: some LossTerm { Lengths().body }
}

private struct Correlated: WrongTerm {
  var body: some LossTerm { match(.embedding, by: .distances, with: .pearson) }
}

private struct BetweenClasses: WrongTerm {
  var body: some LossTerm { match(.logits, by: .transposed.cosines, with: .meanSquare) }
}

private struct TransposedDistances: WrongTerm {
  var body: some LossTerm { match(.embedding, by: .distances.transposed, with: .meanSquare) }
}

private struct Furtive: WrongTerm {
  var body: some LossTerm {
    Function(["embedding"]) { s, t in
      let loss = try (s["embedding"].gram - t["embedding"].gram).squared().mean()
      guard let other = s.tensors["logits"] else { return loss }
      return loss + other.squared().mean()
    }
  }
}

private struct Threaded: WrongTerm {
  var body: some LossTerm {
    Function { s, t in Tensor(Double(Parallel.threads)) * (s.gram - t.gram).squared().mean() }
  }
}

/// LSKD as its authors write it.
private struct ExplodingScores: WrongTerm {
  var body: some LossTerm {
    match(.logits, by: Scores(), with: .klDivergence(temperature: 2))
  }

  struct Scores: Relation {
    static let summary = "(x − x̄) / (σ + 10⁻⁷)"
    func callAsFunction(_ x: Tensor) -> Tensor {
      let c = x.centered(axis: 1)
      return c / (c.squared().mean(axis: 1, keepingDimensions: true).sqrt() + 1e-7)
    }
  }
}

/// DKD's first part as its authors write it.
private struct LogOfProbability: WrongTerm {
  var body: some LossTerm {
    Function(["logits"], readsLabels: true) { s, t in
      let labels = s.labels ?? []
      func target(_ z: Tensor) -> Tensor {
        let p = z.softmax()
        return p.gathered(
          labels.indices.map { $0 * z.shape[1] + labels[$0] }, shape: [labels.count])
      }
      let (p, q) = (target(try t["logits"]), target(try s["logits"]))
      return (p * (p.log() - q.log()) + (1 - p) * ((1 - p).log() - (1 - q).log())).mean()
    }
  }
}

/// The first class against all others: any other label counts as one of them.
private struct Labeled: WrongTerm {
  static var isZeroAtTeacher: Bool { false }
  var body: some LossTerm { FirstClass(readsLabels: false) }
}

private struct StatedLabeled: WrongTerm {
  static var isZeroAtTeacher: Bool { false }
  var body: some LossTerm { FirstClass(readsLabels: true) }
}

private struct FirstClass: PrimitiveTerm {
  let readsLabels: Bool
  var outputs: [OutputName] { ["embedding"] }
  func callAsFunction(student: Outputs, teacher: Outputs) throws -> Tensor {
    let signs = (student.labels ?? []).map { $0 == 0 ? 1 : -0.5 as Float }
    return try (student["embedding"].squared().sum(axis: 1) * Tensor(signs)).sum()
  }
}

/// A map of which each gradient is twice what it should be.
private struct DoubledMap: WrongTerm {
  static var isZeroAtTeacher: Bool { false }
  var body: some LossTerm { match(.embedding, by: Mapped(factor: 2), with: .meanSquare) }
}

private struct MappedTeacher: WrongTerm {
  static var invariances: [Invariance] { [.batchOrder, .mapRotation] }
  static var isZeroAtTeacher: Bool { false }
  var body: some LossTerm {
    match(.embedding, by: Mapped(ofBoth: true), with: .klDivergence(temperature: 1))
  }
}

/// The student's features, or those of both networks, times a matrix that is learned.
private struct Mapped: StatefulRelation {
  static let summary = "Features times a matrix."
  var factor = 1.0
  var ofBoth = false

  var takesOtherWidths: Bool { !ofBoth }

  func state(student: [Int], teacher: [Int]) -> [StateTensor] {
    [
      StateTensor(
        "weight", .parameter, shape: [student[1], teacher[1]], initial: .normal(deviation: 0.5))
    ]
  }

  func callAsFunction(_ x: Tensor, of role: Role, state: [Tensor]) -> Tensor {
    guard ofBoth || role == .student else { return x }
    return x • (Tensor(factor) * state[0] - Tensor(factor - 1) * state[0].detached)
  }
}

/// A variance that learns twice as fast as it should.
private struct DoubledVariance: WrongTerm {
  static var isZeroAtTeacher: Bool { false }
  var body: some LossTerm { Prediction() }

  struct Prediction: StatefulTerm {
    var outputs: [OutputName] { ["logits"] }
    var teacherOutputs: [OutputName] { outputs }

    func state(student: Outputs, teacher: Outputs) throws -> [StateTensor] {
      [StateTensor("scale", .parameter, shape: [try teacher["logits"].shape[1]])]
    }

    func callAsFunction(
      student: Outputs, teacher: Outputs, state: [Tensor], at moment: Moment
    ) throws -> Tensor {
      let v = (2 * state[0] - state[0].detached).softplus() + 0.1
      let squares = try (student["logits"] - teacher["logits"]).squared()
      return (squares / (2 * v)).mean() + (v.log() / 2).mean()
    }
  }
}

/// Examples that are pulled to the origin as long as nothing is remembered.
private struct EagerQueue: WrongTerm {
  static var isZeroAtTeacher: Bool { false }
  var body: some LossTerm { Eager() }

  struct Eager: StatefulTerm {
    var outputs: [OutputName] { ["embedding"] }
    var teacherOutputs: [OutputName] { outputs }

    func state(student: Outputs, teacher: Outputs) throws -> [StateTensor] {
      let width = try teacher["embedding"].shape[1]
      return [StateTensor("queue", .memory, shape: [16, width], initial: .empty)]
    }

    func callAsFunction(
      student: Outputs, teacher: Outputs, state: [Tensor], at moment: Moment
    ) throws -> Tensor {
      try student["embedding"].squared().sum() * Tensor(1 + state[0].squared().sum().scalar)
    }

    func memory(
      afterStudent student: Outputs, teacher: Outputs, state: [Tensor], at moment: Moment
    ) throws -> [Tensor] {
      [try teacher["embedding"].normalized()]
    }
  }
}

/// Tokens that are compared rightly, and all remembered.
private struct RememberingMasked: WrongTerm {
  static var isZeroAtTeacher: Bool { false }
  var body: some LossTerm { Remembering() }

  struct Remembering: StatefulTerm {
    var outputs: [OutputName] { ["tokens"] }
    var teacherOutputs: [OutputName] { outputs }
    var takesTokens: Bool { true }

    func state(student: Outputs, teacher: Outputs) throws -> [StateTensor] {
      let width = try teacher["tokens"].shape[2]
      return [StateTensor("mean", .memory, shape: [1, width], initial: .empty)]
    }

    func callAsFunction(
      student: Outputs, teacher: Outputs, state: [Tensor], at moment: Moment
    ) throws -> Tensor {
      let size = state[0].squared().sum()
      return try student.tokens("tokens", for: "remembering").rows.squared().mean() * size
    }

    func memory(
      afterStudent student: Outputs, teacher: Outputs, state: [Tensor], at moment: Moment
    ) throws -> [Tensor] {
      [try teacher["tokens"].mean(axis: 1).mean(axis: 0, keepingDimensions: true)]
    }
  }
}

private struct Throwing: WrongTerm {
  var body: some LossTerm { Function(["embedding"]) { s, _ in try s["nowhere"].sum() } }
}

private struct FirstOfTokens: WrongTerm {
  static var invariances: [Invariance] { [.batchOrder, .tokenOrder] }
  var body: some LossTerm { match(.firstToken, with: .meanSquare) }
}

private struct MaskedMean: WrongTerm {
  var body: some LossTerm { match(TokenSum(kind: .ofAll), with: .meanSquare) }
}

private struct MaskedPicture: WrongTerm {
  var body: some LossTerm { match(TokenSum(kind: .ofPicture), with: .meanSquare) }
}

private struct DividedByAllTokens: WrongTerm {
  var body: some LossTerm { match(TokenSum(kind: .dividedByAll), with: .meanSquare) }
}

private struct KeptMean: WrongTerm {
  var body: some LossTerm { match(TokenSum(kind: .ofKept), with: .meanSquare) }
}

/// Tokens as one row of their example, taken for features.
private struct RowsOfTokens: WrongTerm {
  var body: some LossTerm { match(TokenSum(kind: .flat), by: .gram, with: .meanSquare) }
}

/// A mean over the tokens of a batch.
private struct TokenSum: Knowledge {
  enum Kind { case ofAll, ofPicture, dividedByAll, ofKept, flat }
  let kind: Kind
  static let summary = "A mean over tokens."
  var formula: String { "tokenSum(\(kind))" }
  var outputs: [OutputName] { ["tokens"] }
  var takesTokens: Bool { true }

  func callAsFunction(_ outputs: Outputs) throws -> Tensor {
    let (all, kept) = (try outputs["tokens"], try outputs.tokens("tokens", for: formula).rows)
    let sum = kept.sum(axis: 0, keepingDimensions: true)
    switch kind {
    case .ofAll: return all.mean(axis: 1)
    case .ofPicture:
      // It refuses what is no picture, and then looks at the tokens that do not count.
      _ = try Resampled(grid: 2)(outputs)
      return all.mean(axis: 1)
    case .dividedByAll: return sum / Tensor(Double(all.shape[0] * all.shape[1]))
    case .ofKept: return sum / Tensor(Double(kept.shape[0]))
    case .flat: return all.flattened
    }
  }
}
