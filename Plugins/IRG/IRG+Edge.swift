public import Distillation

extension IRG {
  /// The edges of the graph in one layer, A(i, j) = ‖f(xᵢ) − f(xⱼ)‖² / max.
  public struct Edge: NamedTerm {
    /// The layer whose examples are the vertices of the graph.
    public var layer: MatchedLayer
    /// The divisor of a graph.
    public var graph: GraphNormalized
    /// How two graphs are compared.
    public var matcher: EuclideanLoss
    /// Makes the loss with these parameters.
    public init(
      layer: String = MatchedLayer.embedding.layer, teacherLayer: String? = nil,
      normalize: GraphNormalized.Divisor = GraphNormalized.standard.normalize,
      detachMax: Bool = GraphNormalized.standard.detachMax,
      reduction: EuclideanLoss.Reduction = EuclideanLoss.standard.reduction
    ) {
      self.layer = MatchedLayer(layer, teacher: teacherLayer)
      graph = GraphNormalized(normalize: normalize, detachMax: detachMax)
      matcher = EuclideanLoss(reduction: reduction)
    }
    public static let standard = Self()

    public static let equation = "L = 1/2n Σᵢⱼ (‖sᵢ − sⱼ‖²/maxˢ − ‖tᵢ − tⱼ‖²/maxᵗ)²"
    public var body: some LossTerm {
      match(layer, by: .squaredDistances.then(graph), with: matcher)
    }

    public static let name = "irg.edge"
    public static let differentiable = Edge(detachMax: false)
    public static let invariances: [Invariance] = [.rotation, .scaling, .translation, .batchOrder]
  }
}
