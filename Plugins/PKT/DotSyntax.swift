public import Distillation

extension Relation where Self == Affinities {
  /// How likely each example picks each other as its neighbour, by their cosine.
  public static var affinities: Affinities { .standard }

  /// How likely each example picks each other as its neighbour, by their cosine.
  public static func affinities(epsilon: Double) -> Affinities { Affinities(epsilon: epsilon) }
}

extension Relation {
  /// This relation, then ``/PKT/Affinities``.
  public var affinities: Chain<Self, Affinities> { then(.affinities) }

  /// This relation, then ``/PKT/Affinities`` with these parameters.
  public func affinities(epsilon: Double) -> Chain<Self, Affinities> {
    then(Affinities(epsilon: epsilon))
  }
}

extension Matcher where Self == AffinityDivergence {
  /// p log(p / q), averaged over every two examples.
  public static var affinityDivergence: AffinityDivergence { .standard }

  /// p log(p / q), averaged over every two examples.
  public static func affinityDivergence(epsilon: Double) -> AffinityDivergence {
    AffinityDivergence(epsilon: epsilon)
  }
}
