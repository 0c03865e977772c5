public import Distillation

extension VRM {
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
      delta: Double = EdgeHuber.standard.delta, huber: EdgeHuber.Shape = EdgeHuber.standard.huber,
      reduction: EdgeHuber.Reduction = EdgeHuber.standard.reduction,
      standardize: Bool = InterSampleEdges.standard.standardize
    ) {
      (self.keep, self.unreliable, self.edges) = (keep, unreliable, edges)
      matcher = EdgeHuber(delta: delta, huber: huber, reduction: reduction)
      self.standardize = standardize
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
    public static let differentiable = Sample(delta: 2)
  }
}
