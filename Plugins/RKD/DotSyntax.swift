public import Distillation

extension Relation where Self == Angles {
  /// cos ∠ xᵢxⱼxₖ, the angle at each example between every two.
  public static var angles: Angles { .standard }
}

extension Relation {
  /// This relation, then ``/RKD/Angles``.
  public var angles: Chain<Self, Angles> { then(.angles) }
}
