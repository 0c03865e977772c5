public import Distillation

extension Relation where Self == Spread {
  /// ‖xᵢ − xⱼ‖, with gradient 0 between equal examples.
  public static var spread: Spread { .standard }
}

extension Relation {
  /// This relation, then ``/DCor/Spread``.
  public var spread: Chain<Self, Spread> { then(.spread) }
}

extension Matcher where Self == CorrelationOfDistances {
  /// 1 − √(⟨A, B⟩ / (‖A‖ ‖B‖)), of doubly centred distances.
  public static var correlationOfDistances: CorrelationOfDistances { .standard }
}
