public import Distillation

/// Relations of two, three or more examples: the student keeps the teacher's distances, angles, and
/// the dihedral angles beyond them.
///
/// RKD defines a potential ψ of n-tuples and uses n = 2 and 3. This is one family with these two as
/// its first cases.
public struct Simplex: PaperModule {
  public static let citation = Citation(
    "Relations of more than three examples", "Kindred",
    "after the n-ary potentials of RKD, CVPR 2019", "https://arxiv.org/abs/1904.05068")

  /// ψₖ, the potential of a tuple of k examples.
  public var potential: Simplices
  /// How many random tuples are compared each step.
  public var tuples: Int
  /// δ of ℓ_δ, the error from which on the loss grows linearly.
  public var delta: Double
  /// The layer whose examples are compared, N×D.
  public var layer: MatchedLayer
  /// Makes the loss with these parameters.
  public init(
    order: Int = Simplices.standard.order, tuples: Int = 4096,
    delta: Double = Huber.standard.delta, layer: String = MatchedLayer.embedding.layer,
    teacherLayer: String? = nil
  ) {
    (potential, self.tuples, self.delta) = (Simplices(order: order), tuples, delta)
    self.layer = MatchedLayer(layer, teacher: teacherLayer)
  }
  public static let standard = Self()

  public static let equation = "L = mean over tuples of ℓ_δ(ψₖ(sₐ, s_b, …) − ψₖ(tₐ, t_b, …))"
  public var body: some LossTerm {
    match(
      layer, by: potential, with: .huber(delta: delta, reduction: .distinct, tuples: tuples))
  }

  public static let ranges = Huber.ranges
  public static let invariances: [Invariance] = [.rotation, .scaling, .translation, .batchOrder]
  public static let brings: [any Part.Type] = [Simplices.self]
}
