public import Distillation

/// Virtual relation matching, reconstructed from the abstract and reading notes: the student keeps
/// the directions between examples, and between classes, over a real and a virtual view.
public struct VRM: PaperModule {
  /// α and β; the authors' were not found.
  public var sample = 32.0, `class` = 8.0, keep = 1.0, delta = 1.0, standardize = true
  public var unreliable = ReliableEdges.Measure.discrepancy, edges = InterSampleEdges.Pairs.inter
  public var huber = EdgeHuber.Shape.smooth, reduction = EdgeHuber.Reduction.edge

  public init() {}

  /// L − L_CE = α · L_IS + β · L_IC
  public var body: some LossTerm {
    sample * Sample().sharing(self)
    `class` * Class().sharing(self)
  }

  /// L_IS = 1/M Σ ℓ_δ(E_S − E_T) over the M edges E = (zᵢ − z̃ⱼ) / ‖zᵢ − z̃ⱼ‖ that are kept
  public struct Sample: NamedTerm {
    public var keep = 1.0, unreliable = ReliableEdges.Measure.discrepancy
    public var edges = InterSampleEdges.Pairs.inter, delta = 1.0, huber = EdgeHuber.Shape.smooth
    public var reduction = EdgeHuber.Reduction.edge, standardize = true

    public init() {}

    public var body: some LossTerm {
      match(
        .views(of: "logits"), by: InterSampleEdges().sharing(self),
        keeping: ReliableEdges(keep, of: edges, unreliable: unreliable),
        with: EdgeHuber().sharing(self))
    }

    public static let name = "vrm.sample"
    public static let ranges = ["keep": 1e-6...1, "delta": 0.1...1e9]
    // A discarded number jumps at δ. No two numbers of unit vectors differ by more than 2.
    public static let differentiable = Sample().with(\.delta, 2)
    public static let equation = "L = 1/M Σ ℓ_δ(E_S − E_T),  E = (zᵢ − z̃ⱼ) / ‖zᵢ − z̃ⱼ‖"
    public static let invariances: [Invariance] = [.scaling, .shift, .batchOrder]
  }

  /// L_IC, the same over E = (w_k − w_l) / ‖w_k − w_l‖, where w_k is column k of [z; z̃]
  public struct Class: NamedTerm {
    public var delta = 1.0, huber = EdgeHuber.Shape.smooth
    public var reduction = EdgeHuber.Reduction.edge, standardize = true

    public init() {}

    public var body: some LossTerm {
      match(
        .views(of: "logits"), by: InterClassEdges().sharing(self), with: EdgeHuber().sharing(self))
    }

    public static let name = "vrm.class"
    public static let ranges = ["delta": 0.1...1e9]
    public static let differentiable = Class().with(\.delta, 2)
    public static let equation = "L = 2/(C² − C) Σ ℓ_δ(E_S − E_T),  E = (w_k − w_l) / ‖w_k − w_l‖"
    public static let invariances: [Invariance] = [.scaling, .shift, .batchOrder]
  }

  public static let parts: [any NamedTerm.Type] = [Sample.self, Class.self]
  public static let relations: [any (Relation & Configurable).Type] = [
    InterClassEdges.self, InterSampleEdges.self,
  ]
  public static let matchers: [any (Matcher & Configurable).Type] = [EdgeHuber.self]
  public static let ranges = Sample.ranges
  public static let differentiable = VRM().with(\.delta, 2)
  public static let equation = "L = α · vrm.sample + β · vrm.class"
  public static let invariances = Class.invariances
  public static let citation = Citation(
    "VRM: Knowledge Distillation via Virtual Relation Matching", "Zhang, Xie, Cai, Ma",
    "ICCV 2025, reconstructed", "https://arxiv.org/abs/2502.20760")
}

#if objectFormat(MachO)
  @section("__DATA_CONST,kindred_papers")
#else
  @section("kindred_papers")
#endif
@used let registration: PaperEntry = { VRM.register(in: $0) }
