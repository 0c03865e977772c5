import Conformance
import Foundation
import Kindred
import TestSupport
import Testing

/// docs/mixing.md and docs/own-parts.md: their formulas are losses, and their Swift stands here.
@Suite struct MixingTests {
  /// The blocks of a language in a page of docs.
  static func blocks(_ language: String, of page: String) -> [String] {
    let file = URL(filePath: #filePath).appending(path: "../../../docs/\(page)").standardized
    let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    return text.components(separatedBy: "```\(language)\n").dropFirst().compactMap {
      $0.components(separatedBy: "\n```").first
    }
  }

  static let formulas = blocks("formula", of: "mixing.md")

  /// Each formula of the page with the Swift that stands below it there.
  static func losses() throws -> [(formula: String, loss: LossGraph)] {
    [
      (
        "ce + kd(temperature: 4) + 25*rkd.distance + 50*rkd.angle",
        try LossGraph {
          CrossEntropy()
          KD(temperature: 4)
          25 * RKD.Distance()
          50 * RKD.Angle()
        }
      ),
      (
        "ce + 3000*sp + dist(temperature: 4)",
        try LossGraph {
          CrossEntropy()
          3000 * SP()
          DIST(temperature: 4)
        }
      ),
      (
        "match(embedding, by: distances.dividedByMean, with: huber)",
        try LossGraph {
          match(.embedding, by: .distances.dividedByMean, with: .huber)
        }
      ),
      (
        "match(embedding, by: distances, with: pearson)",
        try LossGraph {
          match(.embedding, by: .distances, with: .pearson)
        }
      ),
      (
        """
        match(stage3, by: cosines.softmax(temperature: 0.1), with: \
        meanAbsolute(reduction: distinct))
        """,
        try LossGraph {
          match(
            .output("stage3"), by: .cosines.softmax(temperature: 0.1),
            with: .meanAbsolute(reduction: .distinct))
        }
      ),
      (
        "match(logits, by: transposed.cosines, with: meanSquare)",
        try LossGraph {
          match(.logits, by: .transposed.cosines, with: .meanSquare)
        }
      ),
      (
        "match(stage2, to: stage3, by: pooled.cosines, with: meanSquare)",
        try LossGraph {
          match(.output("stage2"), to: .output("stage3"), by: .pooled.cosines, with: .meanSquare)
        }
      ),
      (
        "match(layers(from: stage1, to: stage2), by: flow, with: meanSquare)",
        try LossGraph {
          match(.layers(from: "stage1", to: "stage2"), by: .flow, with: .meanSquare)
        }
      ),
      (
        """
        match(layers(from: stage1, to: stage2), by: pooled.layerDistances(align: \
        true), with: meanSquare)
        """,
        try LossGraph {
          match(
            .layers(from: "stage1", to: "stage2"), by: .pooled.layerDistances(align: true),
            with: .meanSquare)
        }
      ),
      (
        "rkd(layer: stage2, teacherLayer: stage3)",
        try LossGraph {
          RKD(layer: "stage2", teacherLayer: "stage3")
        }
      ),
      (
        """
        irg.transform(from: stage1, to: stage2, teacherFrom: stage2, teacherTo: \
        stage3, align: true)
        """,
        try LossGraph {
          IRG.Transform(
            from: "stage1", to: "stage2", teacherFrom: "stage2", teacherTo: "stage3", align: true)
        }
      ),
      (
        "ce + ramp(rkd, to: 25, end: 0.2)",
        try LossGraph {
          CrossEntropy()
          Ramp(to: 25, end: 0.2) { RKD() }
        }
      ),
      (
        "gradientNorm(ce, match(embedding, by: distances, with: pearson))",
        try LossGraph {
          GradientNorm(CrossEntropy(), match(.embedding, by: .distances, with: .pearson))
        }
      ),
    ]
  }

  @Test func formulasAndSwiftAreTheSameLosses() throws {
    let losses = try Self.losses()
    #expect(losses.map { $0.formula } == Self.formulas)
    for (formula, loss) in losses {
      let read = try Registry.linked.loss(formula)
      #expect(loss.formula == read.formula)
      #expect(loss.summands.map { $0.name } == read.summands.map { $0.name })
      let (student, teacher) = Self.outputs
      func values(_ loss: LossGraph) throws -> [Float] {
        let result = try loss.evaluate(student: student, teacher: teacher, at: Moment(1, of: 2))
        let gradients = result.gradients.tensors.sorted { $0.key < $1.key }
        return [Float(result.value)] + gradients.flatMap { $0.value.scalars }
      }
      #expect(try values(loss) == values(read))
      #expect(try values(loss)[0] > 0)
    }
  }

  private static var outputs: (student: Outputs, teacher: Outputs) {
    var (student, teacher): (Outputs, Outputs) = ([:], [:])
    for (seed, name) in ["stage1", "stage2", "stage3"].enumerated() {
      let side = 8 >> seed
      student.tensors[name] = noise([6, 4 << seed, side, side], seed: UInt64(seed))
      teacher.tensors[name] = noise([6, 4 << seed, side, side], seed: UInt64(10 + seed))
    }
    for (seed, name) in ["embedding", "logits"].enumerated() {
      student.tensors[name] = noise([6, 5], seed: UInt64(20 + seed))
      teacher.tensors[name] = noise([6, 5], seed: UInt64(30 + seed))
    }
    student.labels = [0, 1, 2, 3, 4, 0]
    return (student, teacher)
  }

  /// What the page says of its first formula of that section.
  @Test func rkdDistanceIsWrittenOut() throws {
    let (student, teacher) = Self.outputs
    let values = try ["match(embedding, by: distances.dividedByMean, with: huber)", "rkd.distance"]
      .map { try Registry.linked.loss($0).evaluate(student: student, teacher: teacher).value }
    #expect(values[0] == values[1] && values[0] > 0)
  }

  // MARK: - Relations of one's own

  struct Likely: Relation {
    static let summary = "How likely each example is to pick each other, by the cosine of features."

    func callAsFunction(_ x: Tensor) -> Tensor {
      (10 * InnerProducts(of: x.flattened).cosines).softmax()
    }
  }

  struct LikelyTerm: NamedTerm {
    static let standard = Self()
    static let equation = "L = mean |s − t|"
    static let invariances: [Invariance] = [.rotation, .scaling, .batchOrder]
    static let isZeroForOneExample = true
    var body: some LossTerm {
      match(.embedding, by: Likely(), with: .meanAbsolute)
    }
  }

  struct Soft: Relation, Configurable {
    static let standard = Self()
    static let summary = "Cosines of every two examples, as probabilities."
    /// τ, the temperature of the softmax.
    var temperature = 1.0

    func gives(_ input: TensorKind) -> TensorKind { .square }

    func callAsFunction(_ x: Tensor) -> Tensor {
      InnerProducts(of: x.flattened).cosines.softmax(temperature: temperature)
    }
  }

  struct Mixed: NamedTerm {
    static let standard = Self()
    static let equation = "L = ce + kd + 5 mean |s − t|"
    static let isZeroAtTeacher = false
    var body: some LossTerm {
      CrossEntropy()
      KD()
      5 * match(.embedding, by: Soft(temperature: 2), with: .meanAbsolute)
    }
  }

  struct WithinClasses: LabeledRelation {
    static let summary = "Inner products within classes."

    func callAsFunction(_ x: Tensor, labels: [Int]) -> Tensor {
      let same = labels.flatMap { a in labels.map { $0 == a ? 1 : 0 as Float } }
      return x.flattened.gram * Tensor(same, shape: [labels.count, labels.count])
    }
  }

  struct MeanCubed: Matcher {
    static let summary = "|s − t|³, averaged over entries."

    func callAsFunction(student s: Tensor, teacher t: Tensor) -> Tensor {
      ((s - t).abs() * (s - t).squared()).mean()
    }
  }

  struct SecondHalf: Knowledge {
    static let summary = "The second half of the embedding's features."
    var outputs: [OutputName] { ["embedding"] }

    func callAsFunction(_ outputs: Outputs) throws -> Tensor {
      let x = try outputs["embedding"].flattened
      return x.columns(x.shape[1] / 2..<x.shape[1])
    }
  }

  @Test func theRelationThatIsKeptPassesEveryCheck() {
    #expect(ConformanceSuite(of: LikelyTerm.self).findings().count > 5)
    for finding in ConformanceSuite(of: LikelyTerm.self).findings() where !finding.passed {
      print(finding)
    }
    #expect(ConformanceSuite(of: LikelyTerm.self).findings().allSatisfy { $0.passed })
  }

  /// Results show the parameter that differs from its default, and it has an effect.
  @Test func aRelationWithAParameterIsPrintedWithIt() throws {
    let loss = try LossGraph {
      match(.embedding, by: Soft(temperature: 2), with: .meanAbsolute)
    }
    let usual = try LossGraph { match(.embedding, by: Soft(), with: .meanAbsolute) }
    let (student, teacher) = Self.outputs
    let values = try [loss, usual].map {
      try $0.evaluate(student: student, teacher: teacher).value
    }
    #expect(
      "\(loss)" == "match(embedding, by: soft(temperature: 2), with: meanAbsolute)", "\(loss)")
    #expect("\(usual)" == "match(embedding, by: soft, with: meanAbsolute)", "\(usual)")
    #expect(values[0] > 0 && values[0] < values[1])
  }

  /// A term claims to be 0 for one example if the kind of its value is known to relate examples.
  @Test func theKindDecidesWhetherOneExampleIsAClaim() {
    struct OfKnownKind: NamedTerm {
      static let standard = Self()
      static let equation = "L = mean |s − t|"
      var body: some LossTerm { match(.embedding, by: Soft(), with: .meanAbsolute) }
    }
    struct OfUnknownKind: NamedTerm {
      static let standard = Self()
      static let equation = "L = mean |s − t|"
      var body: some LossTerm { match(.embedding, by: Likely(), with: .meanAbsolute) }
    }
    #expect(OfKnownKind.isZeroForOneExample)
    #expect(!OfUnknownKind.isZeroForOneExample)
    let findings = ConformanceSuite(of: OfKnownKind.self).findings()
    #expect(findings.contains { $0.check == "zero for one example" })
    for finding in findings { #expect(finding.passed, "\(finding)") }
  }

  @Test func theMixedLossPassesEveryCheck() {
    let findings = ConformanceSuite(of: Mixed.self).findings()
    #expect(findings.count > 5)
    for finding in findings { #expect(finding.passed, "\(finding)") }
  }

  @Test func theLossOfSeveralTermsPassesEveryCheck() throws {
    let loss = try LossGraph {
      KD()
      25 * RKD.Distance()
    }
    for finding in ConformanceSuite(of: loss).findings() where !finding.passed {
      print(finding)
    }
    let suite = ConformanceSuite(of: loss)
    #expect(suite.formula == "kd + 25*rkd.distance")
    #expect(suite.invariances == [.batchOrder] && suite.isZeroAtTeacher && suite.isOfDefaults)
    #expect(!suite.isZeroForOneExample)
    let formula = try ConformanceSuite(of: "kd + 25*rkd.distance", in: .linked)
    #expect(suite.findings() == formula.findings())
    #expect(suite.findings().count > 15 && suite.findings().allSatisfy { $0.passed })
  }

  @Test func theOtherPartsMakeALoss() throws {
    let loss = try LossGraph {
      match(SecondHalf(), by: .gram.then(Likely()), with: MeanCubed())
      match(.embedding, by: WithinClasses(), with: .meanSquare)
    }
    let (student, teacher) = Self.outputs
    let result = try loss.evaluate(student: student, teacher: teacher)
    #expect(result.terms.allSatisfy { ($0.value ?? 0) > 0 })
    #expect(
      "\(loss)" == """
        match(secondHalf, by: gram.likely, with: meanCubed) \
        + match(embedding, by: withinClasses, with: meanSquare)
        """)
  }

  /// A matcher whose value is not one number is named.
  @Test func aMatcherGivesOneNumber() throws {
    struct Difference: Matcher {
      static let summary = "s − t."
      func callAsFunction(student s: Tensor, teacher t: Tensor) -> Tensor { s - t }
    }
    let loss = try LossGraph { match(.embedding, with: Difference()) }
    let (student, teacher) = Self.outputs
    let error = #expect(throws: DistillationError.self) {
      try loss.evaluate(student: student, teacher: teacher)
    }
    #expect(
      "\(try #require(error))" == """
        match(embedding, with: difference): difference gives a value of shape [6, 5], and a matcher \
        must give one number
        """)
  }

  @Test func aClosureIsARelation() throws {
    let loss = try LossGraph {
      match(.embedding, by: { $0.gram }, with: .meanSquare)
    }
    let same = try Registry.linked.loss("match(embedding, by: gram, with: meanSquare)")
    let (student, teacher) = Self.outputs
    let (a, b) = (
      try loss.evaluate(student: student, teacher: teacher),
      try same.evaluate(student: student, teacher: teacher)
    )
    #expect(a.value == b.value && a.value > 0)
    #expect(try a.gradients["embedding"].scalars == b.gradients["embedding"].scalars)
    #expect(
      loss.formula.hasPrefix("match(embedding, by: { DistillationTests/MixingTests.swift:"),
      "\(loss.formula)")
  }

  /// Two closures are two relations, even of one line.
  @Test func closuresAreToldApart() throws {
    let loss = try LossGraph {
      for factor in [1, 3] as [Float] {
        match(.embedding, by: { Tensor(factor) * $0 })
      }
    }
    let (student, teacher) = Self.outputs
    let result = try loss.evaluate(student: student, teacher: teacher)
    let values = try result.terms.map { try #require($0.value) }
    #expect(values.count == 2)
    #expect(abs(values[1] / values[0] - 9) < 1e-5)
    #expect(Set(result.terms.map { $0.name }).count == 2)
  }

  // MARK: - The pages

  @Test func theSwiftOfThePagesIsHere() throws {
    func dense(_ text: some StringProtocol) -> String {
      String(text.filter { !$0.isWhitespace })
    }
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
    // What learns or remembers is tested in files of its own.
    let source = try ["MixingTests", "LossStateTests", "LearnedTests"].map {
      dense(try String(contentsOf: folder.appending(path: "\($0).swift"), encoding: .utf8))
    }.joined()
    let mixing = Self.blocks("swift", of: "mixing.md")
    let ownParts = Self.blocks("swift", of: "own-parts.md")
    #expect((mixing.count, ownParts.count) == (Self.formulas.count + 1, 16))
    for block in mixing + ownParts { #expect(source.contains(dense(block)), "\(block)") }
  }

  @Test func theFirstExampleOfThePageIsOneLoss() throws {
    let loss = try Registry.linked.loss("ce + kd(temperature: 4) + 25*rkd.distance")

    let same = try LossGraph {
      CrossEntropy()
      KD(temperature: 4)
      25 * RKD.Distance()
    }

    print(loss.formula)  // ce + kd + 25*rkd.distance
    print(same.formula)  // ce + kd + 25*rkd.distance
    #expect(loss.formula == "ce + kd + 25*rkd.distance")
    #expect(same.formula == "ce + kd + 25*rkd.distance")
  }
}
