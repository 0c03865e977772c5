public import Distillation

extension Relation where Self == Attention {
  /// q / ‖q‖, where q is the mean square over channels at each pixel.
  public static var attention: Attention { .standard }
}

extension Relation {
  /// This relation, then ``/AT/Attention``.
  public var attention: Chain<Self, Attention> { then(.attention) }
}
