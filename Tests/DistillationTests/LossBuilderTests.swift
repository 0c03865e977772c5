import Kindred
import TestSupport
import Testing

/// `LossGraph { … }`: what it reads, and what it refuses before there are outputs.
@Suite struct LossBuilderTests {
  private func formula(@LossBuilder _ terms: () throws -> some LossTerm) throws -> String {
    try LossGraph(terms).formula
  }

  @Test func linesAreSummands() throws {
    let isLarge = true
    let layers = ["stage1", "stage2"]
    let text = try formula {
      CrossEntropy()
      0.9 * KD(temperature: 2) - RKD.Angle() / 4
      if isLarge { SP() }
      if layers.isEmpty { KD() } else { 2 * DIST.Inter() }
      for layer in layers { Float(3) * AT(layer: layer) }
      PKT() * 5
      -CKA()
    }
    #expect(
      text == """
        ce + 0.9*kd(temperature: 2) - 0.25*rkd.angle + sp + 2*dist.inter + 3*at(layer: stage1) \
        + 3*at(layer: stage2) + 5*pkt - cka
        """)
  }

  @Test func aConditionMayLeaveATermOut() throws {
    let isSmall = false
    #expect(
      try formula {
        CrossEntropy(); if isSmall { KD() }
      } == "ce")
  }

  @Test func everyPaperTakesItsParameters() throws {
    let text = try formula {
      KD(temperature: 2)
      RKD(distance: 25, angle: 50)
      RKD.Distance(layer: "stage1", tuples: 8)
      SP(layer: "stage2", reduction: .distinct)
      CCKD(kernel: .gaussian, layer: "stage1")
      DIST(inter: 1, intra: 3, temperature: 1)
      IRG(logits: 1, detachMax: false)
      VRM(keep: 0.5, delta: 2)
      Simplex(order: 3, tuples: 16)
      PKT(epsilon: 1e-6)
      AT(layer: "stage1")
      CKA(unbiased: true)
      DCor(unbiased: true)
      NST(layer: "stage1")
      ICKD(layer: "stage1")
      PKD(layer: "stage1")
      CWD(temperature: 2)
      FSP(from: "stage2", to: "stage3")
      MLLD(temperatures: [1, 2])
      DarkRank(length: 3)
      Triplet(margin: 0.3, mining: .hard)
    }
    #expect(
      text == """
        kd(temperature: 2) + 25*rkd.distance + 50*rkd.angle + rkd.distance(layer: stage1, tuples: 8) \
        + sp(layer: stage2, reduction: distinct) + cckd(kernel: gaussian, layer: stage1) \
        + dist.inter(temperature: 1) + 3*dist.intra(temperature: 1) + logits \
        + 0.005*irg.edge(detachMax: false) + 0.005*irg.transform(detachMax: false) \
        + 32*vrm.sample(keep: 0.5, delta: 2) + 8*vrm.class(delta: 2) \
        + simplex(order: 3, tuples: 16) + pkt(epsilon: 1e-06) + at(layer: stage1) \
        + cka(unbiased: true) + dcor(unbiased: true) + nst(layer: stage1) + ickd(layer: stage1) \
        + pkd(layer: stage1) + cwd(temperature: 2) + fsp(from: stage2, to: stage3) \
        + mlld(temperatures: [1, 2]) + darkrank(length: 3) + triplet(margin: 0.3, mining: hard)
        """)
  }

  // MARK: - Refusals

  @Test func partsThatCannotFitAreRefused() throws {
    let formula = "match(logits, by: softmax.dividedByMean, with: huber)"
    let read = #expect(throws: DistillationError.self) { try Registry.linked.loss(formula) }
    guard case .formula(let reason) = read else { throw try #require(read) }
    #expect(reason.problem.hasPrefix("'dividedByMean' takes what relates examples"))
    let built = #expect(throws: DistillationError.self) {
      try LossGraph { match(.logits, by: .softmax.dividedByMean, with: .huber) }
    }
    #expect("\(try #require(built))" == "\(reason.problem), in \(formula)")
  }

  struct Refusal: Sendable, CustomTestStringConvertible {
    let message: String
    let loss: @Sendable () throws -> LossGraph
    var testDescription: String { message }

    init(_ message: String, _ loss: @escaping @Sendable () throws -> LossGraph) {
      (self.message, self.loss) = (message, loss)
    }
  }

  static let refusals = [
    Refusal("temperature: expected 0.01 to 1000, not the number 0, in kd(temperature: 0)") {
      try LossGraph { KD(temperature: 0) }
    },
    Refusal(
      """
      delta: expected 1e-09 to 1000000000, not the number -1, in match(embedding, by: gram, with: \
      huber(delta: -1))
      """
    ) {
      try LossGraph { match(.embedding, by: .gram, with: .huber(delta: -1)) }
    },
    Refusal("'mlld' has no terms; a list in it needs an entry, in mlld(temperatures: [])") {
      try LossGraph { MLLD(temperatures: []) }
    },
    Refusal(
      """
      the ranges of Ranged have 'power', which is no parameter; there are none, in match(embedding, \
      by: ranged, with: meanSquare)
      """
    ) {
      try LossGraph { match(.embedding, by: Ranged(), with: .meanSquare) }
    },
    Refusal("the weight is not a finite number in Float32, in kd") {
      try LossGraph { 1e39 * KD() }
    },
    Refusal(
      """
      ramp: expected an end at 0.5, its start, or later, not at 0.2, in ramp(kd, start: 0.5, \
      end: 0.2)
      """
    ) {
      try LossGraph { Ramp(start: 0.5, end: 0.2) { KD() } }
    },
    Refusal("ramp: start: expected 0 to 1, not the number -1, in ramp(kd, start: -1)") {
      try LossGraph { Ramp(start: -1) { KD() } }
    },
    Refusal(
      "'gradientNorm' shares out weights, and cannot be within 'uncertainty', in uncertainty"
    ) {
      try LossGraph { Uncertainty(KD(), GradientNorm(KD(), RKD())) }
    },
    Refusal("expected two terms or more, in gradientNorm") {
      try LossGraph { GradientNorm(KD()) }
    },
    Refusal("the loss has no terms") {
      try LossGraph { for _ in 0..<0 { KD() } }
    },
  ]

  /// It has a range, and no parameter.
  private struct Ranged: Relation, Configurable {
    static let standard = Self()
    static let summary = "The value itself."
    static let ranges: [String: ClosedRange<Double>] = ["power": 0...1]
    func callAsFunction(_ x: Tensor) -> Tensor { x }
  }

  @Test(arguments: refusals) func whatAFormulaRefuses(_ refusal: Refusal) throws {
    let error = #expect(throws: DistillationError.self) { _ = try refusal.loss() }
    #expect("\(try #require(error))" == refusal.message)
  }

  /// Every relation before every matcher is refused by the builder exactly if its formula is.
  @Test func theBuilderRefusesWhatAFormulaRefuses() throws {
    func term<R: Relation, M: Matcher>(_ relation: R, _ matcher: M) -> (any LossTerm)? {
      guard let relation = relation as? any Relation<Tensor> else { return nil }
      func opened<S: Relation<Tensor>>(_ relation: S) -> any LossTerm {
        match(.logits, by: .softmax.then(relation), with: matcher)
      }
      return opened(relation)
    }
    func isBuilt(_ term: some LossTerm) -> Bool { (try? LossGraph(term)) != nil }
    var counts = [true: 0, false: 0]
    for (name, type) in Registry.linked.relations {
      for (matcherName, matcherType) in Registry.linked.matchers {
        let (relation, matcher) = (type.standard, matcherType.standard)
        guard let term = term(relation, matcher) else { continue }
        let formula = "match(logits, by: softmax.\(name), with: \(matcherName))"
        let isRead = (try? Registry.linked.loss(formula)) != nil
        #expect(isBuilt(term) == isRead, "\(formula)")
        counts[isRead, default: 0] += 1
      }
    }
    #expect(counts[true]! > 50 && counts[false]! > 20, "\(counts)")
  }

  // MARK: - Equal terms

  @Test func equalMatchesAreOne() throws {
    let text = try formula {
      match(.embedding, by: .gram, with: .meanSquare)
      2 * match(.embedding, by: .gram, with: .meanSquare)
      match(.embedding, by: .gram, with: .huber)
    }
    #expect(
      text == """
        3*match(embedding, by: gram, with: meanSquare) + match(embedding, by: gram, with: huber)
        """)
    let read = try Registry.linked.loss(
      "match(embedding, by: gram, with: huber) + match(embedding, by: gram, with: huber)")
    #expect(read.summands.map { $0.weight } == [2])
  }

  /// Two closures are different relations, even if both are on one line.
  @Test func sumsOfDifferentClosuresAreTwo() throws {
    func mixture(_ relations: [ClosureRelation]) -> Adaptive {
      Adaptive {
        for relation in relations { match(.embedding, by: relation, with: .meanSquare) }
        CrossEntropy()
      }
    }
    let place = "here"
    let gram = ClosureRelation({ $0.gram }, called: place)
    let negative = ClosureRelation({ -$0.gram }, called: place)
    let (a, b) = (mixture([gram]), mixture([negative]))
    #expect(
      try LossGraph {
        a; a
      }.summands.map { $0.weight } == [2])
    #expect(
      try LossGraph {
        a; b
      }.summands.map { $0.weight } == [1, 1])
    let heavier = Adaptive {
      2 * match(.embedding, by: gram, with: .meanSquare)
      CrossEntropy()
    }
    #expect(
      try LossGraph {
        a; heavier
      }.summands.count == 2)
  }

  private struct Chosen: RowSelection {
    let rows: @Sendable (Tensor) -> [Int]?
    let formula = "chosen"
    func rows(of student: Tensor) -> [Int]? { rows(student) }
  }

  private struct FirstRow: RowSelection, Hashable {
    func rows(of student: Tensor) -> [Int]? { [0] }
  }

  /// A selection by a closure is another than that by the next closure, whatever its text is.
  @Test func matchesOfDifferentSelectionsAreTwo() throws {
    func kept(_ rows: [Int]) -> some LossTerm {
      match(
        .embedding, by: .gram, keeping: Chosen(rows: { _ in rows }), with: .meanSquare)
    }
    #expect(
      try LossGraph {
        kept([0]); kept([1, 2])
      }.summands.map { $0.weight } == [1, 1])
    let first = match(.embedding, by: .gram, keeping: FirstRow(), with: .meanSquare)
    #expect(
      try LossGraph {
        first; first
      }.summands.map { $0.weight } == [2])
  }

  @Test func termsPrintAsFormulas() {
    #expect("\(KD(temperature: 2))" == "kd(temperature: 2)")
    #expect("\(RKD.Distance())" == "rkd.distance")
    #expect("\(Ramp(to: 25) { KD() })" == "ramp(kd, to: 25)")
    #expect("\(GradientNorm(KD(), RKD.Angle()))" == "gradientNorm(kd, rkd.angle)")
    #expect("\(Uncertainty(KD(), RKD.Angle()))" == "uncertainty(kd, rkd.angle)")
  }

  struct First: NamedTerm {
    static let (name, equation, standard) = ("shared", "L", Self())
    var body: some LossTerm { KD() + match(.embedding, by: .gram, with: .meanSquare) }
  }

  struct Second: NamedTerm {
    static let (name, equation, standard) = ("shared", "L", Self())
    var body: some LossTerm { match(.embedding, by: .gram, with: .meanSquare) }
  }

  @Test func typesOfOneNameAreTwoTerms() throws {
    #expect(
      try LossGraph {
        First(); Second(); First()
      }.summands.map { $0.weight } == [2, 1])
  }

  // MARK: - Lists of terms

  @Test func eachLineOfAListHasAWeight() throws {
    let layers = ["stage1", "stage2"]
    let text = try formula {
      Uncertainty {
        KD()
        2 * RKD.Angle() + RKD.Distance()
      }
      GradientNorm {
        CrossEntropy()
        for layer in layers { SP(layer: layer) }
        if layers.isEmpty { PKT() } else { -CKA() }
        if layers.isEmpty { PKT() }
      }
    }
    #expect(
      text == """
        uncertainty(kd, 2*rkd.angle + rkd.distance) \
        + gradientNorm(ce, sp(layer: stage1), sp(layer: stage2), -cka)
        """)
    #expect(throws: DistillationError.self) { try LossGraph { Uncertainty { KD() } } }
  }
}
