public import Distillation

extension Relation where Self == Flow {
  /// F₁ F₂ᵀ / (h·w) of each example, for the maps F of two layers.
  public static var flow: Flow { .standard }
}

extension Relation where Self == ProjectedFlow {
  /// The flow after learned maps of both layers' channels.
  public static var projectedFlow: ProjectedFlow { .standard }
}

extension Relation {
  /// This relation, then ``/FSP/ProjectedFlow``.
  public var projectedFlow: Chain<Self, ProjectedFlow> { then(.projectedFlow) }
}

extension Pooled {
  /// Both layers averaged over height and width, then ``/FSP/Flow``.
  public var flow: PooledLayers<Flow> { then(.flow) }
}
