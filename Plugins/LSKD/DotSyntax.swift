public import Distillation

extension Relation where Self == ZScores {
  /// Each row minus its mean, divided by its standard deviation.
  public static var zScores: ZScores { .standard }
}

extension Relation {
  /// This relation, then ``/LSKD/ZScores``.
  public var zScores: Chain<Self, ZScores> { then(.zScores) }
}
