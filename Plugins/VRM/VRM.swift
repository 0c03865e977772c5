public import Distillation

/// Virtual relation matching, reconstructed from the abstract and reading notes: the student keeps
/// the directions between examples, and between classes, over a real and a virtual view.
public struct VRM: PaperModule {
  public static let citation = Citation(
    "VRM: Knowledge Distillation via Virtual Relation Matching", "Zhang, Xie, Cai, Ma",
    "ICCV 2025, reconstructed", "https://arxiv.org/abs/2502.20760")

  /// α and β; the authors' were not found.
  public var sample = 32.0, `class` = 8.0

  public var keep = Sample().keep, delta = EdgeHuber().delta, standardize = Class().standardize
  public var unreliable = Sample().unreliable, edges = Sample().edges
  public var huber = EdgeHuber().huber, reduction = EdgeHuber().reduction
  public init() {}

  public static let equation = "L = α · vrm.sample + β · vrm.class"
  public var body: some LossTerm {
    let matcher = EdgeHuber(delta: delta, huber: huber, reduction: reduction)
    sample
      * Sample().with(\.keep, keep).with(\.unreliable, unreliable).with(\.edges, edges)
      .with(\.matcher, matcher).with(\.standardize, standardize)
    `class` * Class().with(\.matcher, matcher).with(\.standardize, standardize)
  }

  public static let ranges = Sample.ranges
  public static let differentiable = VRM().with(\.delta, 2)
  public static let invariances: [Invariance] = [.scaling, .shift, .batchOrder]
  public static let brings: [any Part.Type] = [
    Sample.self, Class.self, InterSampleEdges.self, InterClassEdges.self, EdgeHuber.self,
  ]

  /// Over the M edges from examples of one view to those of the other that are kept.
  public struct Sample: NamedTerm {
    public var keep = 1.0, unreliable = ReliableEdges.Measure.discrepancy
    public var edges = InterSampleEdges().edges, matcher = EdgeHuber()
    public var standardize = InterSampleEdges().standardize
    public init() {}

    public static let equation = "L = 1/M Σ ℓ_δ(E_S − E_T),  E = (zᵢ − z̃ⱼ) / ‖zᵢ − z̃ⱼ‖"
    public var body: some LossTerm {
      match(
        .views(of: "logits"), by: InterSampleEdges(edges, standardize: standardize),
        keeping: ReliableEdges(keep, of: edges, unreliable: unreliable), with: matcher)
    }

    public static let (name, invariances) = ("vrm.sample", VRM.invariances)
    public static let ranges = ["keep": 1e-6...1].merging(Class.ranges) { own, _ in own }
    // A discarded number jumps at δ. No two numbers of unit vectors differ by more than 2.
    public static let differentiable = Sample().with(\.matcher.delta, 2)
  }

  /// Over each two classes; w_k is column k of [z; z̃].
  public struct Class: NamedTerm {
    public var matcher = EdgeHuber(), standardize = InterClassEdges().standardize
    public init() {}

    public static let equation = "L = 2/(C² − C) Σ ℓ_δ(E_S − E_T),  E = (w_k − w_l) / ‖w_k − w_l‖"
    public var body: some LossTerm {
      match(
        .views(of: "logits"), by: InterClassEdges(standardize: standardize), with: matcher)
    }

    public static let (name, invariances) = ("vrm.class", VRM.invariances)
    public static let ranges = ["delta": 0.1...1e9]
    public static let differentiable = Class().with(\.matcher.delta, 2)
  }
}
