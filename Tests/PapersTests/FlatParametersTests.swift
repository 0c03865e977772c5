import Foundation
import Kindred
import Testing

/// Swift gives a term each of its parameters by the name that formulas give it.
@Suite struct FlatParametersTests {
  /// Each term that has parameters, with all of them, each with another value than its default. A test
  /// reads these lines as formulas.
  private static let terms: [any NamedTerm] = [
    Affinity(temperature: 0.1),
    AT(layer: "stage1", teacherLayer: "stage2"),
    CCKD(
      variant: .authors, kernel: .gaussian, gamma: 0.3, order: 3, normalize: false,
      reduction: .distinct, layer: "stage1", teacherLayer: "stage2"),
    CKA(unbiased: true, layer: "stage1", teacherLayer: "stage2"),
    CRD(
      features: 64, negatives: 100, temperature: 0.1, memory: .queue, momentum: 0.9,
      layer: "stage1", teacherLayer: "stage2"),
    CrossEntropy(labelSmoothing: 0.1),
    CWD(temperature: 2, layer: "stage1", teacherLayer: "stage2", projection: .linear),
    DarkRank(alpha: 2, beta: 4, length: 5, layer: "stage1", teacherLayer: "stage2"),
    DCor(unbiased: true, layer: "stage1", teacherLayer: "stage2"),
    DIST(inter: 1, intra: 3, temperature: 5),
    DIST.Inter(temperature: 2),
    DIST.Intra(temperature: 2),
    DKD(alpha: 2, beta: 3, temperature: 5),
    DKD.Nontarget(temperature: 2),
    DKD.Target(temperature: 2),
    FSP(
      from: "stage2", to: "stage3", teacherFrom: "stage1", teacherTo: "stage4",
      projection: .linear),
    FitNet(layer: "stage1", teacherLayer: "stage3", projection: .mlp),
    GramAnchoring(removeNegatives: .both, grid: 7, layer: "stage1", teacherLayer: "stage2"),
    ICKD(layer: "stage1", teacherLayer: "stage2", projection: .linear),
    IRG(
      logits: 1, edge: 2, transform: 3, layer: "stage1", teacherLayer: "stage2", from: "stage3",
      to: "stage4", teacherFrom: "stage5", teacherTo: "stage6", pooled: false, align: true,
      normalize: .none, detachMax: false, reduction: .sum),
    IRG.Edge(
      layer: "stage1", teacherLayer: "stage2", normalize: .none, detachMax: false,
      reduction: .sum),
    IRG.Transform(
      from: "stage3", to: "stage4", teacherFrom: "stage5", teacherTo: "stage6", pooled: false,
      align: true, normalize: .none, detachMax: false, reduction: .sum),
    KD(temperature: 2),
    LSKD(temperature: 3),
    MLLD(instance: 2, batch: 3, classes: 4, temperatures: [1, 2]),
    MiniLM(heads: 2),
    NST(layer: "stage1", teacherLayer: "stage2"),
    PairRanking(margin: 0.1, layer: "stage1", teacherLayer: "stage2"),
    PKD(layer: "stage1", teacherLayer: "stage2", projection: .mlp),
    PKT(epsilon: 0.1, layer: "stage1", teacherLayer: "stage2"),
    RKD(
      distance: 3, angle: 4, delta: 0.5, reduction: .distinct, layer: "stage1",
      teacherLayer: "stage2", tuples: 8),
    RKD.Angle(
      delta: 0.5, reduction: .distinct, layer: "stage1", teacherLayer: "stage2", tuples: 8),
    RKD.Distance(
      delta: 0.5, reduction: .distinct, layer: "stage1", teacherLayer: "stage2", tuples: 8),
    RRD(
      queue: 64, studentTemperature: 1, teacherTemperature: 2, layer: "stage1",
      teacherLayer: "stage2", projection: .linear),
    RSD(kappa: 0.5, layer: "stage1", teacherLayer: "stage2", projection: .linear),
    SimKD(layer: "stage1", teacherLayer: "stage3", projection: .mlp),
    Simplex(order: 3, tuples: 16, delta: 0.5, layer: "stage1", teacherLayer: "stage2"),
    SP(layer: "stage1", teacherLayer: "stage2", reduction: .distinct),
    Stella(
      cosine: 1, similarity: 2, ranking: 3, margin: 0.1, slices: [4, 8], layer: "stage1",
      teacherLayer: "stage2"),
    TokenKD(temperature: 2),
    Triplet(margin: 0.3, squared: true, mining: .hard, normalize: true, layer: "stage1"),
    VID(epsilon: 0.1, layer: "stage1", teacherLayer: "stage3"),
    VRM(
      sample: 1, class: 2, keep: 0.5, unreliable: .entropy, edges: .upper, delta: 0.3,
      huber: .truncated, reduction: .element, standardize: false),
    VRM.Class(delta: 0.3, huber: .truncated, reduction: .element, standardize: false),
    VRM.Sample(
      keep: 0.5, unreliable: .entropy, edges: .upper, delta: 0.3, huber: .truncated,
      reduction: .element, standardize: false),
  ]

  @Test func everyTermIsAmongThem() {
    let withParameters = Registry.linked.terms.filter { !$0.value.standard.parameters.isEmpty }
    #expect(Self.terms.map { type(of: $0).name }.sorted() == withParameters.keys.sorted())
  }

  @Test func swiftSaysWhatFormulasSay() throws {
    let source = try String(contentsOf: URL(filePath: #filePath), encoding: .utf8)
    let calls = source.matches(of: /\n    [A-Z][A-Za-z.]*\(([^()]*)\)/).prefix(Self.terms.count)
    #expect(calls.count == Self.terms.count)
    for (term, call) in zip(Self.terms, calls) {
      let arguments = call.output.1.split { $0.isWhitespace }.joined(separator: " ")
        .replacing("\"", with: "").replacing(": .", with: ": ")
      let names = arguments.matches(of: /([A-Za-z]+):/).map { String($0.output.1) }
      #expect(names == term.parameters.map { $0.name }, "\(call.output.0)")
      #expect("(\(arguments))" == term.argumentsInFormula, "\(call.output.0)")
      let (built, name) = (try LossGraph(term), type(of: term).name)
      #expect(try built.formula == Registry.linked.loss("\(name)(\(arguments))").formula)
    }
  }
}
