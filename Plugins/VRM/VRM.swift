public import Distillation

/// Virtual relation matching, reconstructed from the abstract and reading notes: the student keeps
/// the directions between examples, and between classes, over a real and a virtual view.
public struct VRM: PaperModule {
  public static let citation = Citation(
    "VRM: Knowledge Distillation via Virtual Relation Matching", "Zhang, Xie, Cai, Ma",
    "ICCV 2025, reconstructed", "https://arxiv.org/abs/2502.20760")

  /// α, the weight of `vrm.sample`; the authors' was not found.
  public var sample: Double
  /// β, the weight of `vrm.class`; the authors' was not found.
  public var `class`: Double
  /// The share of the edges between examples that is kept, at least one edge.
  public var keep: Double
  /// The measure of unreliable edges between examples; the most unreliable ones are not kept.
  public var unreliable: ReliableEdges.Measure
  /// Which pairs of examples have an edge.
  public var edges: InterSampleEdges.Pairs
  /// How edges are compared.
  public var matcher: EdgeHuber
  /// Whether each example's logits are shifted to mean 0 and divided by their standard deviation.
  public var standardize: Bool
  /// Makes the loss with these parameters.
  public init(
    sample: Double = 32, class: Double = 8, keep: Double = Sample.standard.keep,
    unreliable: ReliableEdges.Measure = Sample.standard.unreliable,
    edges: InterSampleEdges.Pairs = Sample.standard.edges,
    matcher: EdgeHuber = .standard, standardize: Bool = Sample.standard.standardize
  ) {
    (self.sample, self.class, self.keep, self.unreliable) = (sample, `class`, keep, unreliable)
    (self.edges, self.matcher, self.standardize) = (edges, matcher, standardize)
  }
  public static let standard = Self()

  public static let equation = "L = α · vrm.sample + β · vrm.class"
  public var body: some LossTerm {
    sample
      * Sample(
        keep: keep, unreliable: unreliable, edges: edges, matcher: matcher,
        standardize: standardize)
    `class` * Class(matcher: matcher, standardize: standardize)
  }

  public static let ranges = Sample.ranges
  public static let differentiable = VRM().with(\.matcher.delta, 2)
  public static let invariances: [Invariance] = [.scaling, .shift, .batchOrder]
  public static let brings: [any Part.Type] = [
    Sample.self, Class.self, InterSampleEdges.self, InterClassEdges.self, EdgeHuber.self,
  ]

  /// The term of the M edges that are kept, from examples of one view to those of the other.
  public struct Sample: NamedTerm {
    /// The share of the edges that is kept, at least one edge.
    public var keep: Double
    /// The measure of unreliable edges; the most unreliable ones are not kept.
    public var unreliable: ReliableEdges.Measure
    /// Which pairs of examples have an edge.
    public var edges: InterSampleEdges.Pairs
    /// How edges are compared.
    public var matcher: EdgeHuber
    /// Whether each example's logits are shifted to mean 0 and divided by their standard deviation.
    public var standardize: Bool
    /// Makes the loss with these parameters.
    public init(
      keep: Double = 1, unreliable: ReliableEdges.Measure = .discrepancy,
      edges: InterSampleEdges.Pairs = InterSampleEdges.standard.edges,
      matcher: EdgeHuber = .standard, standardize: Bool = InterSampleEdges.standard.standardize
    ) {
      (self.keep, self.unreliable, self.edges) = (keep, unreliable, edges)
      (self.matcher, self.standardize) = (matcher, standardize)
    }
    public static let standard = Self()

    public static let equation = "L = 1/M Σ ℓ_δ(E_S − E_T),  E = (zᵢ − z̃ⱼ) / ‖zᵢ − z̃ⱼ‖"
    public var body: some LossTerm {
      match(
        .views(of: "logits"), by: InterSampleEdges(edges: edges, standardize: standardize),
        keeping: ReliableEdges(keep, of: edges, unreliable: unreliable), with: matcher)
    }

    public static let (name, invariances) = ("vrm.sample", VRM.invariances)
    public static let ranges = ["keep": 1e-6...1].merging(Class.ranges) { own, _ in own }
    // A discarded number jumps at δ, but no two numbers of unit vectors differ by more than 2.
    public static let differentiable = Sample().with(\.matcher.delta, 2)
  }

  /// The term of the edges between each two classes, where w_k is column k of [z; z̃].
  public struct Class: NamedTerm {
    /// How edges are compared.
    public var matcher: EdgeHuber
    /// Whether each example's logits are shifted to mean 0 and divided by their standard deviation.
    public var standardize: Bool
    /// Makes the loss with these parameters.
    public init(
      matcher: EdgeHuber = .standard, standardize: Bool = InterClassEdges.standard.standardize
    ) {
      (self.matcher, self.standardize) = (matcher, standardize)
    }
    public static let standard = Self()

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
