public import Distillation

extension Relation where Self == InterClassEdges {
  /// (w_k − w_l) / ‖w_k − w_l‖, the direction between every two classes.
  public static var interClassEdges: InterClassEdges { .standard }

  /// (w_k − w_l) / ‖w_k − w_l‖, the direction between every two classes.
  public static func interClassEdges(standardize: Bool) -> InterClassEdges {
    InterClassEdges(standardize: standardize)
  }
}

extension Pooled {
  /// Both layers averaged over height and width, then ``/VRM/InterClassEdges``.
  public var interClassEdges: PooledLayers<InterClassEdges> { then(.interClassEdges) }

  /// Both layers averaged over height and width, then ``/VRM/InterClassEdges`` with these
  /// parameters.
  public func interClassEdges(standardize: Bool) -> PooledLayers<InterClassEdges> {
    then(InterClassEdges(standardize: standardize))
  }
}

extension Relation where Self == InterSampleEdges {
  /// (zᵢ − z̃ⱼ) / ‖zᵢ − z̃ⱼ‖, from each example to each of another view.
  public static var interSampleEdges: InterSampleEdges { .standard }

  /// (zᵢ − z̃ⱼ) / ‖zᵢ − z̃ⱼ‖, from each example to each of another view.
  public static func interSampleEdges(
    edges: InterSampleEdges.Pairs = InterSampleEdges.standard.edges,
    standardize: Bool = InterSampleEdges.standard.standardize
  ) -> InterSampleEdges {
    InterSampleEdges(edges: edges, standardize: standardize)
  }
}

extension Pooled {
  /// Both layers averaged over height and width, then ``/VRM/InterSampleEdges``.
  public var interSampleEdges: PooledLayers<InterSampleEdges> { then(.interSampleEdges) }

  /// Both layers averaged over height and width, then ``/VRM/InterSampleEdges`` with these
  /// parameters.
  public func interSampleEdges(
    edges: InterSampleEdges.Pairs = InterSampleEdges.standard.edges,
    standardize: Bool = InterSampleEdges.standard.standardize
  ) -> PooledLayers<InterSampleEdges> {
    then(InterSampleEdges(edges: edges, standardize: standardize))
  }
}

extension Matcher where Self == EdgeHuber {
  /// ℓ_δ(s − t), summed over the numbers of an edge and averaged over edges.
  public static var edgeHuber: EdgeHuber { .standard }

  /// ℓ_δ(s − t), summed over the numbers of an edge and averaged over edges.
  public static func edgeHuber(
    delta: Double = EdgeHuber.standard.delta, huber: EdgeHuber.Shape = EdgeHuber.standard.huber,
    reduction: EdgeHuber.Reduction = EdgeHuber.standard.reduction
  ) -> EdgeHuber {
    EdgeHuber(delta: delta, huber: huber, reduction: reduction)
  }
}
