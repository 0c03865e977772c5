import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Kindred

/// Weights that change during training.
@Suite struct WeightsTests {
  let registry = Registry(papers: [KD.self, RKD.self])
  let student: Outputs = [
    "embedding": noise([6, 3], seed: 1), "logits": noise([6, 4], in: -3...3, seed: 2),
  ]
  let teacher: Outputs = [
    "embedding": noise([6, 5], seed: 4), "logits": noise([6, 4], in: -3...3, seed: 5),
  ]

  func evaluate(_ formula: String, at progress: Double = 0) throws -> LossEvaluation {
    try registry.loss(formula).evaluate(
      student: student, teacher: teacher, at: Moment(progress: progress), state: LossState())
  }

  /// The gradient at both outputs, one after the other.
  func gradient(_ result: LossEvaluation) throws -> [Double] {
    try ["embedding", "logits"].flatMap { try result.gradients[$0].scalars.map { Double($0) } }
  }

  func norm(_ formula: String) throws -> Double {
    try gradient(evaluate(formula)).reduce(0) { $0 + $1 * $1 }.squareRoot()
  }

  // MARK: - Schedules

  static func half(_ t: Double) -> Double { (1 + cos(.pi * t)) / 2 }

  @Test(arguments: [
    ("ramp(kd)", 0.25, 0.25), ("ramp(kd)", 1, 1),
    ("ramp(kd, from: 4, to: 1, start: 0.5, end: 0.75)", 0.5, 4),
    ("ramp(kd, from: 4, to: 1, start: 0.5, end: 0.75)", 0.625, 2.5),
    ("ramp(kd, from: 4, to: 1, start: 0.5, end: 0.75)", 0.9, 1),
    ("ramp(kd, to: 3, start: 0.4, end: 0.4)", 0.399, 0),
    ("ramp(kd, to: 3, start: 0.4, end: 0.4)", 0.4, 3),
    ("cosineRamp(kd)", 0, 1), ("cosineRamp(kd)", 0.3, half(0.3)),
    ("cosineRamp(kd, from: 2, to: 0.5, start: 0.2, end: 0.6)", 0.3, 0.5 + 1.5 * half(0.25)),
    ("2*ramp(3*cosineRamp(kd, to: 0.5), from: 1, to: 2)", 0.5, 6 * 0.75 * 1.5),
    ("ramp(kd, to: -8)/4", 0.5, -1),
  ])
  func followTheFormula(_ formula: String, progress: Double, weight: Double) throws {
    let (alone, result) = (try evaluate("kd"), try evaluate(formula, at: progress))
    #expect(result.terms.map { $0.name } == ["kd"])
    #expect(abs(result.terms[0].weight - weight) < 1e-12)
    guard weight != 0 else { return #expect(result.terms[0].value == nil) }
    #expect(result.terms[0].value == alone.value)
    let expected = try gradient(alone).map { weight * $0 }
    expectClose(try gradient(result).map { Float($0) }, expected, 1e-6, formula)
  }

  @Test func aScheduleOfASumIsEachTerms() throws {
    let result = try evaluate("ramp(kd + 3*rkd, to: 2)", at: 0.75)
    #expect(result.terms.map { $0.name } == ["kd", "rkd.distance", "rkd.angle"])
    #expect(result.terms.map { $0.weight } == [1.5, 4.5, 9])
  }

  struct Counted: PrimitiveTerm {
    static let calls = Mutex(0)
    let outputs: [OutputName] = ["logits"]
    func callAsFunction(student: Outputs, teacher: Outputs) throws -> Tensor {
      Self.calls.withLock { $0 += 1 }
      return try student["logits"].squared().mean()
    }
  }

  @Test func whereTheWeightIsZeroNothingIsEvaluated() throws {
    Counted.calls.withLock { $0 = 0 }
    let loss = try LossGraph {
      Ramp(start: 0.5) { Counted() }
      GradientNorm(KD(), Ramp { Counted() })
    }
    let result = try loss.evaluate(student: student, teacher: teacher, at: Moment())
    #expect(Counted.calls.withLock { $0 } == 0)
    #expect(result.terms.map { $0.weight } == [0, 1, 0])
    #expect(result.terms.map { $0.value == nil } == [true, false, true])
    #expect(result.value == (try evaluate("kd").value))
    let none = try evaluate("ramp(kd)")
    #expect(none.value == 0)
    #expect(try gradient(none).allSatisfy { $0 == 0 })
    _ = try loss.evaluate(student: student, teacher: teacher, at: Moment(progress: 1))
    #expect(Counted.calls.withLock { $0 } > 0)
  }

  // MARK: - By the norm of the gradient

  @Test func eachPullsEquallyHard() throws {
    let terms = ["kd", "3*rkd.distance + rkd.angle", "match(logits, with: meanSquare)"]
    let norms = try terms.map(norm)
    let scale = 3 / norms.reduce(0) { $0 + 1 / $1 }
    let w = norms.map { scale / $0 }
    let result = try evaluate("2*gradientNorm(\(terms.joined(separator: ", ")))")
    let weights = [2 * w[0], 6 * w[1], 2 * w[1], 2 * w[2]]
    for (term, weight) in zip(result.terms, weights) {
      #expect(abs(term.weight - weight) < 1e-5 * weight, "\(term.name)")
    }
    #expect(abs(w.reduce(0, +) - 3) < 1e-9)
    let parts = try terms.map { try gradient(evaluate($0)) }
    let expected = parts[0].indices.map { i in
      2 * (w[0] * parts[0][i] + w[1] * parts[1][i] + w[2] * parts[2][i])
    }
    expectClose(try gradient(result).map { Float($0) }, expected, 1e-5, "gradient")
  }

  /// A number before an argument is balanced away, but a schedule is not.
  @Test func whatAnArgumentFollowsCountsBeside() throws {
    let plain = try evaluate("gradientNorm(kd, rkd.angle)").terms.map { $0.weight }
    let result = try evaluate("gradientNorm(5*kd, ramp(rkd.angle, to: 3))", at: 0.5)
    // The norm of 5*kd is five times as large: its weight falls and the other's rises.
    let (kd, angle) = (try norm("kd"), try norm("rkd.angle"))
    let scale = 2 / (1 / (5 * kd) + 1 / angle)
    #expect(abs(result.terms[0].weight - scale / kd) < 1e-5 * scale / kd)
    #expect(abs(result.terms[1].weight - 1.5 * scale / angle) < 1e-5 * scale / angle)
    #expect(abs(plain[0] / plain[1] - angle / kd) < 1e-5 * angle / kd)
  }

  @Test func aTermWithoutGradientHasWeightOne() throws {
    var same = teacher
    same.tensors["embedding"] = student.tensors["embedding"]
    let loss = try registry.loss("gradientNorm(kd, rkd.distance, 9*logits)")
    let result = try loss.evaluate(student: student, teacher: same)
    #expect(result.terms[1].weight == 1)
    let (kd, logits) = (try norm("kd"), try norm("9*logits"))
    #expect(abs(result.terms[0].weight - 2 * logits / (kd + logits)) < 1e-5)
    #expect(abs(result.terms[2].weight - 18 * kd / (kd + logits)) < 1e-4)
    let nothing = try loss.evaluate(student: teacher, teacher: teacher)
    #expect(nothing.terms.map { $0.weight } == [1, 1, 9])
    #expect(nothing.gradients.tensors.values.allSatisfy { $0.firstNonFiniteIndex == nil })
  }

  // MARK: - By uncertainty

  /// The formula L and its slopes, computed in Double.
  @Test func uncertaintyIsTheFormula() throws {
    let loss = try registry.loss("0.5*logits + 2*uncertainty(kd, 3*rkd.distance + rkd.angle)")
    #expect(loss.learnedScalars == ["kd", "3*rkd.distance + rkd.angle"])
    let parts = try ["logits", "kd", "3*rkd.distance + rkd.angle"].map { try evaluate($0).value }
    func value(_ s: [Double]) -> Double {
      0.5 * parts[0] + 2 * (0.5 * exp(-s[0]) * parts[1] + 0.5 * s[0])
        + 2 * (0.5 * exp(-s[1]) * parts[2] + 0.5 * s[1])
    }
    let s = [0.75, -1.5]
    let learned = Tensor(s.map { Float($0) }, shape: [2]).variable
    let student = student.variables
    let result = try loss(
      student: student, teacher: teacher,
      state: LossState(parameters: ["uncertainty.logVariances": learned]))
    #expect(abs(Double(result.total.scalar) - value(s)) < 1e-6 * abs(value(s)))
    let weights = [0.5, exp(-s[0]), 3 * exp(-s[1]), exp(-s[1])]
    for (term, weight) in zip(result.terms, weights) {
      #expect(abs(term.weight - weight) < 1e-6 * weight, "\(term.name)")
    }
    let slopes = gradients(of: [(result.total, 1)], withRespectTo: [learned])[0].scalars
    expectClose(slopes, [0, 1].map { slope(of: value, at: s, $0) }, 1e-5, "learned")
    let expected = try gradient(evaluate("0.5*logits + \(weights[1])*kd"))[18...]
    let found = gradients(
      of: [(result.total, 1)], withRespectTo: [try student["logits"]])[0]
    expectClose(found.scalars, Array(expected), 1e-5, "logits")
  }

  /// This is the weight in `kindred score` and wherever else nothing is learned.
  @Test func uncertaintyBeginsAtHalf() throws {
    let result = try evaluate("uncertainty(kd, rkd.angle)")
    #expect(result.terms.map { $0.weight } == [0.5, 0.5])
    #expect(try registry.loss("kd").learnedScalars.isEmpty)
    let graph = try registry.loss("uncertainty(kd, rkd.angle)")
    let total = try graph(student: student, teacher: teacher, state: LossState()).total.scalar
    #expect(abs(Double(total) - result.value) < 1e-6 * result.value)
  }

  /// A matcher is called `cosine` as well.
  @Test func cosineIsAnotherNameOfCosineRamp() throws {
    #expect(
      try registry.loss("ce + cosine(kd, to: 0.5)").formula == "ce + cosineRamp(kd, to: 0.5)")
  }

  /// A term that is switched off leaves its scalar as it is.
  @Test func aScalarOfNothingStaysWhereItIs() throws {
    let graph = try registry.loss("uncertainty(kd, ramp(rkd.angle, start: 0.5))")
    let learned = Tensor([1, 2], shape: [2]).variable
    let loss = try graph(
      student: student, teacher: teacher, at: Moment(),
      state: LossState(parameters: ["uncertainty.logVariances": learned]))
    let slopes = gradients(of: [(loss.total, 1)], withRespectTo: [learned])[0].scalars
    #expect(slopes[0] != 0 && slopes[1] == 0)
  }

  // MARK: - Formulas

  @Test(arguments: [
    "ramp(kd)", "0.5*ce + 3*ramp(kd, to: 25, end: 0.2)", "cosineRamp(ramp(kd, from: 2), to: 0.5)",
    "2*gradientNorm(kd, 3*rkd.angle + ramp(rkd.distance)) + ce",
    "ramp(uncertainty(ce, kd), start: 0.1)", "uncertainty(ce, kd) + uncertainty(kd, logits)",
    "adaptive(ramp(kd), rkd.angle)", "gradientNorm(adaptive(kd, rkd.angle), ce)",
  ])
  func areReadAsTheyArePrinted(_ formula: String) throws {
    #expect(try registry.loss(formula).formula == formula)
    let graph = try registry.loss(formula)
    #expect(Set(graph.summands.map { $0.name }).count == graph.summands.count)
  }

  @Test func theBuilderMakesTheSameLoss() throws {
    let typed = try LossGraph(
      CrossEntropy() + 2.0 * Ramp(to: 25, end: 0.2) { RKD.Angle() }
        + CosineRamp(from: 3, start: 0.5) {
          KD()
          RKD.Distance()
        } + GradientNorm(KD(), 2.0 * RKD.Angle() + RKD.Distance())
        + Uncertainty(CrossEntropy(), KD()))
    let formula = """
      ce + 2*ramp(rkd.angle, to: 25, end: 0.2) + cosineRamp(kd + rkd.distance, from: 3, start: 0.5) \
      + gradientNorm(kd, 2*rkd.angle + rkd.distance) + uncertainty(ce, kd)
      """
    let read = try registry.loss(formula)
    #expect(typed.formula == read.formula)
    #expect(typed.summands.map { $0.name } == read.summands.map { $0.name })
    #expect(
      typed.summands.map { $0.weighting.map { "\($0)" } } == [
        [], ["ramp(to: 25, end: 0.2)"], ["cosineRamp(from: 3, start: 0.5)"],
        ["cosineRamp(from: 3, start: 0.5)"], ["gradientNorm"], ["gradientNorm"], ["gradientNorm"],
        ["uncertainty"], ["uncertainty"],
      ])
    #expect(
      typed.summands.map { $0.name } == [
        "ce", "rkd.angle by ramp(to: 25, end: 0.2)", "kd by cosineRamp(from: 3, start: 0.5)",
        "rkd.distance by cosineRamp(from: 3, start: 0.5)", "kd by gradientNorm",
        "rkd.angle by gradientNorm", "rkd.distance by gradientNorm", "ce by uncertainty",
        "kd by uncertainty",
      ])
  }

  @Test func equalTermsThatFollowTheSameAreOne() throws {
    let graph = try registry.loss("ramp(kd + 2*kd) + ramp(kd) + kd")
    #expect(graph.formula == "4*ramp(kd) + kd")
  }

  /// A paper may set the weights of its terms itself; they are then reported one by one.
  struct Balanced: PaperModule {
    static let standard = Self()
    var body: some LossTerm {
      Uncertainty(KD(), match(.embedding, by: .distances, with: .meanSquare))
    }
    static let equation = "L = ℓ"
    static let citation = Citation("Balanced", "Nobody", "nowhere", "https://example.org")
  }

  @Test func aPaperMayShareOutWeights() throws {
    let graph = try registry.adding([Balanced.self]).loss("3*balanced")
    #expect(
      graph.formula == "3*uncertainty(kd, match(embedding, by: distances, with: meanSquare))")
    #expect(graph.learnedScalars.count == 2)
  }

  /// Every formula in docs/weights.md is a loss.
  @Test func theGuidesFormulasAreLosses() throws {
    let page = URL(filePath: #filePath).appending(path: "../../../docs/weights.md").standardized
    let text = try String(contentsOf: page, encoding: .utf8)
    let block = try #require(text.firstMatch(of: /```formula\n([^`]+)```/)).output.1
    let formulas = block.split(separator: "\n")
    let losses = try formulas.map { try Registry.linked.loss(String($0)) }
    #expect(
      losses.map { loss in loss.summands.contains { $0.isMoving } }
        == [true, true, true, true, false])
    #expect(losses.last?.formula.hasPrefix("adaptive(") == true)
  }

  @Test(arguments: [
    ("ramp(kd, rkd)", "expected one term, or a sum: ramp(term, to: …)", 10),
    ("ce + cosine()", "expected one term, or a sum: cosineRamp(term, from: …)", 6),
    ("ramp(0.5)", "a number is a weight and not a term: 2*ce", 6),
    ("ramp(kd, until: 0.5)", "'ramp' has no argument 'until'", 10),
    ("ramp(kd, end: 1.5)", "ramp: end: expected 0 to 1, not the number 1.5", 15),
    ("ramp(kd, to: x)", "ramp: to: expected a number, not 'x'", 14),
    (
      "ramp(kd, start: 0.5, end: 0.25)",
      "ramp: expected an end at 0.5, its start, or later, not at 0.25", 27
    ),
    ("ce + 1e30*ramp(kd, to: 1e20)", "the weight is not a finite number in Float32", 10),
    ("ramp(ramp(kd, to: 1e20), to: 1e20)", "the weight is not a finite number in Float32", 1),
    ("gradientNorm(kd)", "expected two terms or more: gradientNorm(term, term, …)", 1),
    (
      "gradientNorm(ce, ramp(uncertainty(ce, kd)))",
      "'uncertainty' shares out weights, and cannot be within 'gradientNorm'", 18
    ),
    (
      "adaptive(ce, gradientNorm(ce, kd))",
      "'gradientNorm' shares out weights, and cannot be within 'adaptive'", 14
    ),
    (
      "uncertainty(ce, kd, temperature: 2)",
      "'uncertainty' has no argument 'temperature'; it has nothing", 21
    ),
  ])
  func mistakesHaveAColumn(_ formula: String, _ problem: String, _ column: Int) throws {
    let error = try #require(throws: DistillationError.self) { try registry.loss(formula) }
    guard case .formula(let found) = error else { throw error }
    #expect(found.problem.hasPrefix(problem), "\(found.problem)")
    #expect(found.column == column)
  }

  // MARK: - Balance

  @Test func balanceIsTheFormula() throws {
    let loss = try registry.loss("2*kd - 0.5*rkd.angle + ramp(logits) + rkd.distance")
    let found = try loss.balance(student: student, teacher: teacher, at: Moment())
    let parts = try [("kd", 2), ("rkd.angle", -0.5), ("rkd.distance", 1)].map {
      name, weight -> (value: Double, gradient: [Double]) in
      let result = try evaluate(name)
      return (weight * result.value, try gradient(result).map { weight * $0 })
    }
    let whole = parts[0].gradient.indices.map { i in parts.reduce(0) { $0 + $1.gradient[i] } }
    func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    let sum = parts.reduce(0) { $0 + abs($1.value) }
    #expect(found.map { $0.name } == loss.reportedSummands.map { $0.name })
    #expect(found[2] == TermBalance(name: loss.reportedSummands[2].name))
    for (index, part) in zip([0, 1, 3], parts) {
      let (balance, norm) = (found[index], dot(part.gradient, part.gradient).squareRoot())
      #expect(abs(try #require(balance.share) - abs(part.value) / sum) < 1e-6)
      #expect(abs(try #require(balance.gradientNorm) - norm) < 1e-6 * norm)
      let cosine = dot(part.gradient, whole) / (norm * dot(whole, whole).squareRoot())
      #expect(abs(try #require(balance.cosine) - cosine) < 1e-5)
    }
    let nothing = try registry.loss("kd + rkd").balance(student: teacher, teacher: teacher)
    #expect(nothing.allSatisfy { $0.gradientNorm == 0 && $0.cosine == nil })
  }
}
