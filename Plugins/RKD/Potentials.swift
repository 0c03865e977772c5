public import Distillation

extension RKD {
  /// The comparison of the potentials ψ of student and teacher in one layer, by ℓ_δ.
  public struct Potentials: SharedParameters {
    /// δ of ℓ_δ, the error from which on the loss grows linearly.
    public var delta: Double

    /// The divisor of the sum over entries.
    public var reduction: Reduction

    /// The layer whose examples are compared, N×D.
    public var layer: MatchedLayer

    /// How many entries, drawn by chance at each step, are compared; all of them unless stated.
    public var tuples: Int?

    /// Makes a comparison with these parameters.
    public init(
      delta: Double = 1, reduction: Reduction = .all,
      layer: String = MatchedLayer.embedding.layer, teacherLayer: String? = nil,
      tuples: Int? = nil
    ) {
      (self.delta, self.reduction, self.tuples) = (delta, reduction, tuples)
      self.layer = MatchedLayer(layer, teacher: teacherLayer)
    }
    public static let standard = Self()

    public static let ranges = Huber.ranges
    var huber: Huber { .huber(delta: delta, reduction: reduction, tuples: tuples) }
  }
}

/// A term that compares one potential: the distance of two examples, or the angle of three.
public protocol PotentialTerm: NamedTerm {
  /// Makes a term that compares its potential in this way.
  init(_ potentials: RKD.Potentials)
}

extension PotentialTerm {
  /// Makes the loss with these parameters.
  public init(
    delta: Double = RKD.Potentials.standard.delta,
    reduction: Reduction = RKD.Potentials.standard.reduction,
    layer: String = RKD.Potentials.standard.layer.layer, teacherLayer: String? = nil,
    tuples: Int? = RKD.Potentials.standard.tuples
  ) {
    self.init(
      RKD.Potentials(
        delta: delta, reduction: reduction, layer: layer, teacherLayer: teacherLayer,
        tuples: tuples))
  }

  public static var standard: Self { Self() }
}
