import Conformance
import Kindred
import Testing

/// Every registered term is what it claims to be. There is no list to maintain.
@Suite struct ConformanceTests {
  static let terms = Registry.linked.terms.keys.sorted()

  @Test(arguments: terms) func holds(_ term: String) throws {
    let findings = try ConformanceSuite(of: term, in: .linked).findings()
    for finding in findings where !finding.passed {
      Issue.record(
        """
        \(finding.check): \(finding.words), \(finding.measured ?? .nan) with \
        \(finding.allowed ?? .nan) allowed
        """)
    }
  }

  @Test func checksWhatIsClaimed() throws {
    let checks = try ConformanceSuite(of: "rkd", in: .linked).findings().map { $0.check }
    #expect(
      checks.prefix(13) == [
        "gradient at embedding", "rotation", "scaling", "translation", "batchOrder",
        "zero at the teacher", "zero for one example", "teacher is constant",
        "reads what it says", "absent examples", "masked tokens", "same bits", "parameters",
      ])
    #expect(checks.dropFirst(13).first == "n = 1")
    #expect(checks.last == "student = teacher")
    #expect(checks.count == Set(checks).count)
  }

  /// A formula claims what all its terms claim.
  @Test func formulasClaimWhatTheirTermsShare() throws {
    let suite = try ConformanceSuite(of: "2*rkd.angle(delta: 0.5) + kd", in: .linked)
    #expect(suite.invariances == [.batchOrder])
    #expect(suite.isZeroAtTeacher)
    #expect(suite.findings().allSatisfy { $0.passed })
    #expect(!suite.isZeroForOneExample)
    #expect(try !ConformanceSuite(of: "ce + rkd.angle", in: .linked).isZeroAtTeacher)
    #expect(try ConformanceSuite(of: "sp + rkd.angle", in: .linked).isZeroForOneExample)
    let nothing = try ConformanceSuite(
      of: "match(embedding, by: gram, with: frobenius)", in: .linked)
    #expect(nothing.invariances == [] && !nothing.isZeroAtTeacher)
    #expect(nothing.findings().allSatisfy { $0.passed })
  }

  @Test(arguments: [
    // Layers of any sizes, of two sizes, and of one size.
    "match(stage1, to: stage3, by: gram.rowNormalized, with: meanSquare)",
    "match(lastStage, by: pooled, with: huber)", "match(stage2, with: meanSquare)",
    "match(output(layer: hidden1), with: meanSquare)", "irg.transform(from: stage1, to: stage2)",
    "irg.transform(from: embedding, to: stage2)", "irg.edge(reduction: mean)",
    "match(logits@virtual, to: logits, with: klDivergence(temperature: 2))",
    "match(projected(stage1), to: stage3, by: resized, with: meanSquare)",
    "match(stage1, to: projected(stage2, side: teacher, form: mlp), by: resized.channelMaps, with: huber)",
    // Tokens, by their usual names or because a knowledge takes nothing else.
    "match(tokens(layer: block3), by: cosines, with: meanSquare)",
    "match(withoutFirst, by: gram.rowNormalized, with: huber)",
    "match(heads(layer: queries, count: 3), by: distances, with: meanSquare)",
    "match(meanToken, to: embedding, by: cosines, with: meanSquare)",
    "match(firstToken, by: angles, with: huber)",
    // Tokens of pictures, and tokens beside rows.
    "match(resampled(grid: 2), by: cosines, with: meanSquare)",
    "match(resampled(block3, grid: 2, withoutFirst: 1), to: resampled(grid: 2, withoutFirst: 4), with: huber)",
    "gramAnchoring(grid: 2)", "match(meanToken(layer: block3), with: meanSquare) + rkd + ce",
    "adaptive(rkd.angle, rkd.distance, temperature: 0.5)", "rkd.distance(tuples: 20)",
  ])
  func outputsAreMadeOfSizesThatFit(_ formula: String) throws {
    let findings = try ConformanceSuite(of: formula, in: .linked).findings()
    #expect(findings.count > 15)
    #expect(findings.filter { !$0.passed }.map { "\($0.check): \($0.words)" } == [])
  }

  /// A claim that a term makes for its defaults is also tried under other settings, but not
  /// required.
  @Test(arguments: [
    "cckd(normalize: false)", "cckd(kernel: mmd)", "pkt(epsilon: 0.1)",
    "irg.edge(normalize: none)", "sp(layer: stage1, teacherLayer: stage3)",
    "triplet(mining: random)", "triplet(mining: hard, squared: true)", "triplet(mining: semihard)",
    "triplet(mining: semihard, squared: true)", "vrm(keep: 0.5)", "vrm.sample(standardize: false)",
    "vrm(keep: 0.5, unreliable: entropy)", "vrm(huber: truncated)",
    "vrm.class(huber: truncated, standardize: false)", "simplex(order: 5)", "cka(unbiased: true)",
    "dcor(unbiased: true)", "cckd(variant: authors)", "irg(pooled: false)", "irg(align: true)",
    "irg.transform(pooled: false)", "irg.transform(pooled: true, align: true)",
    "fitnet(projection: mlp)", "simkd(layer: embedding, projection: mlp)",
    "rrd(queue: 4, projection: linear)", "rsd(projection: linear)",
    "pkd(projection: linear)", "cwd(projection: mlp)", "ickd(projection: linear)",
    "fsp(projection: linear)", "crd(memory: queue)",
    "stella(slices: [2, 4])", "pairRanking(layer: stage1, margin: 0)",
  ])
  func claimsAreOfTheDefaults(_ formula: String) throws {
    let suite = try ConformanceSuite(of: formula, in: .linked)
    let findings = suite.findings()
    #expect(!suite.isOfDefaults)
    #expect(findings.filter { !$0.passed }.map { "\($0.check): \($0.words)" } == [])
    let claims = findings.filter { $0.words.hasSuffix("not required: claims are of the defaults") }
    let zeros = [suite.isZeroAtTeacher, suite.isZeroForOneExample].count { $0 }
    #expect(claims.count == suite.invariances.count + zeros)
  }

  /// A relation among examples is zero for a single example.
  @Test func oneExampleHasNoRelations() {
    func isZero(_ term: String) -> Bool? { Registry.linked.terms[term]?.isZeroForOneExample }
    let relational = [
      "affinity", "cckd", "cka", "darkrank", "dcor", "irg.edge", "irg.transform", "pairRanking",
      "pkt", "rkd", "rkd.angle", "rkd.distance", "rsd", "simplex", "sp", "triplet",
    ]
    #expect(relational.filter { isZero($0) != true } == [])
    let others = [
      "kd", "ce", "logits", "dist", "dist.intra", "irg", "vrm", "at", "fsp", "mlld", "dkd", "lskd",
      "stella", "fitnet", "vid", "rrd", "simkd",
    ]
    #expect(others.filter { isZero($0) != false } == [])
  }

  /// A matcher says rightly whether it leaves something of two equal numbers.
  @Test(arguments: Registry.linked.matchers.keys.sorted()) func oneNumber(_ name: String) throws {
    func leaves(_ matcher: some Matcher) -> Bool {
      [0, 0.25, 1].contains { (number: Float) in
        let x = Tensor([number], shape: [1, 1])
        return matcher(student: x, teacher: x).scalar != 0
      }
    }
    let matcher = try #require(Registry.linked.matchers[name]).standard
    #expect(leaves(matcher) != matcher.isZeroForOneNumber)
    #expect(matcher.isZeroForOneNumber == !["pearson", "rowCosine"].contains(name))
  }

  @Test func noFormula() {
    #expect(throws: DistillationError.self) {
      try ConformanceSuite(of: "rkd.distanse", in: .linked)
    }
  }
}
