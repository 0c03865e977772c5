public import Distillation

extension Relation where Self == Flow {
  /// F₁ F₂ᵀ / (h·w) of each example, for the maps F of two layers.
  public static var flow: Flow { .standard }
}

extension Pooled {
  /// Both layers averaged over height and width, then ``/FSP/Flow``.
  public var flow: PooledLayers<Flow> { then(.flow) }
}
