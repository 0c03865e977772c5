public import Distillation

/// The student keeps the teacher's graph of examples in a layer, and its change between two layers.
public struct IRG: PaperModule {
  public static let citation = Citation(
    "Knowledge Distillation via Instance Relationship Graph", "Liu, Cao, Li, Yuan, Hu, Li, Duan",
    "CVPR 2019", "https://github.com/yufanLIU/IRG")

  /// λ₁, the weight of `logits`; the authors' was not found, and this is KD-Zoo's.
  public var logits: Double
  /// λ₂, the weight of `irg.edge`, from the authors' code.
  public var edge: Double
  /// λ₃, the weight of `irg.transform`, from the authors' code.
  public var transform: Double
  /// The layer whose examples are the vertices of the graph.
  public var layer: MatchedLayer
  /// The layers between which an example changes.
  public var change: LayerChange
  /// The divisor of a graph.
  public var graph: GraphNormalized
  /// How two graphs are compared.
  public var matcher: EuclideanLoss
  /// Makes the loss with these parameters.
  public init(
    logits: Double = 0.1, edge: Double = 0.005, transform: Double = 0.005,
    layer: String = Edge.standard.layer.layer, teacherLayer: String? = nil,
    from: String? = nil, to: String? = nil, teacherFrom: String? = nil,
    teacherTo: String? = nil, pooled: Bool? = LayerChange.standard.pooled,
    align: Bool = LayerChange.standard.align,
    normalize: GraphNormalized.Divisor = GraphNormalized.standard.normalize,
    detachMax: Bool = GraphNormalized.standard.detachMax,
    reduction: EuclideanLoss.Reduction = EuclideanLoss.standard.reduction
  ) {
    (self.logits, self.edge, self.transform) = (logits, edge, transform)
    self.layer = MatchedLayer(layer, teacher: teacherLayer)
    change = LayerChange(
      from: from, to: to, teacherFrom: teacherFrom, teacherTo: teacherTo, pooled: pooled,
      align: align)
    graph = GraphNormalized(normalize: normalize, detachMax: detachMax)
    matcher = EuclideanLoss(reduction: reduction)
  }
  public static let standard = Self()

  public static let equation = "L = λ₁ · logits + λ₂ · irg.edge + λ₃ · irg.transform"
  public var body: some LossTerm {
    logits * Logits()
    edge * Edge().with(\.layer, layer).with(\.graph, graph).with(\.matcher, matcher)
    transform * Transform().with(\.change, change).with(\.graph, graph).with(\.matcher, matcher)
  }

  public static let differentiable = IRG(detachMax: false)
  public static let brings: [any Part.Type] = [
    Edge.self, Transform.self, GraphNormalized.self, LayerDistances.self, EuclideanLoss.self,
  ]
}
