public import Distillation

extension Relation where Self == GraphNormalized {
  /// A graph divided by its largest entry, or as it is.
  public static var graphNormalized: GraphNormalized { .standard }

  /// A graph divided by its largest entry, or as it is.
  public static func graphNormalized(
    normalize: GraphNormalized.Divisor = GraphNormalized.standard.normalize,
    detachMax: Bool = GraphNormalized.standard.detachMax
  ) -> GraphNormalized {
    GraphNormalized(normalize: normalize, detachMax: detachMax)
  }
}

extension Relation {
  /// This relation, then ``/IRG/GraphNormalized``.
  public var graphNormalized: Chain<Self, GraphNormalized> { then(.graphNormalized) }

  /// This relation, then ``/IRG/GraphNormalized`` with these parameters.
  public func graphNormalized(
    normalize: GraphNormalized.Divisor = GraphNormalized.standard.normalize,
    detachMax: Bool = GraphNormalized.standard.detachMax
  ) -> Chain<Self, GraphNormalized> {
    then(GraphNormalized(normalize: normalize, detachMax: detachMax))
  }
}

extension Relation where Self == LayerDistances {
  /// ‖f(xᵢ) − g(xᵢ)‖², how far apart two layers are at each example.
  public static var layerDistances: LayerDistances { .standard }

  /// ‖f(xᵢ) − g(xᵢ)‖², how far apart two layers are at each example.
  public static func layerDistances(
    pooled: Bool = LayerDistances.standard.pooled, align: Bool = LayerDistances.standard.align
  ) -> LayerDistances {
    LayerDistances(pooled: pooled, align: align)
  }
}

extension Pooled {
  /// Both layers averaged over height and width, then ``/IRG/LayerDistances``.
  public var layerDistances: PooledLayers<LayerDistances> { then(.layerDistances) }

  /// Both layers averaged over height and width, then ``/IRG/LayerDistances`` with these
  /// parameters.
  public func layerDistances(
    pooled: Bool = LayerDistances.standard.pooled, align: Bool = LayerDistances.standard.align
  ) -> PooledLayers<LayerDistances> {
    then(LayerDistances(pooled: pooled, align: align))
  }
}

extension Matcher where Self == EuclideanLoss {
  /// The sum of (s − t)², divided as Caffe divides it.
  public static var euclideanLoss: EuclideanLoss { .standard }

  /// The sum of (s − t)², divided as Caffe divides it.
  public static func euclideanLoss(reduction: EuclideanLoss.Reduction) -> EuclideanLoss {
    EuclideanLoss(reduction: reduction)
  }
}
