public import Distillation

extension Relation where Self == Selectivity {
  /// 1/C Σ_c u_c u_cᵀ of each example, where u_c is the direction of a channel.
  public static var selectivity: Selectivity { .standard }
}

extension Relation {
  /// This relation, then ``/NST/Selectivity``.
  public var selectivity: Chain<Self, Selectivity> { then(.selectivity) }
}
