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
    delta: Double = EdgeHuber.standard.delta, huber: EdgeHuber.Shape = EdgeHuber.standard.huber,
    reduction: EdgeHuber.Reduction = EdgeHuber.standard.reduction,
    standardize: Bool = Sample.standard.standardize
  ) {
    (self.sample, self.class, self.keep, self.unreliable) = (sample, `class`, keep, unreliable)
    (self.edges, self.standardize) = (edges, standardize)
    matcher = EdgeHuber(delta: delta, huber: huber, reduction: reduction)
  }
  public static let standard = Self()

  public static let equation = "L = α · vrm.sample + β · vrm.class"
  public var body: some LossTerm {
    sample
      * Sample(keep: keep, unreliable: unreliable, edges: edges, standardize: standardize)
      .with(\.matcher, matcher)
    `class` * Class(standardize: standardize).with(\.matcher, matcher)
  }

  public static let ranges = Sample.ranges
  public static let differentiable = VRM(delta: 2)
  public static let invariances: [Invariance] = [.scaling, .shift, .batchOrder]
  public static let brings: [any Part.Type] = [
    Sample.self, Class.self, InterSampleEdges.self, InterClassEdges.self, EdgeHuber.self,
  ]
}
