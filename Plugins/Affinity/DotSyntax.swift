public import Distillation

extension Relation where Self == CrossCosines {
  /// The cosine of every row of one layer with every row of another.
  public static var crossCosines: CrossCosines { .standard }
}

extension Pooled {
  /// Both layers averaged over height and width, then ``/Affinity/CrossCosines``.
  public var crossCosines: PooledLayers<CrossCosines> { then(.crossCosines) }
}
