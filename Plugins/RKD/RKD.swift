public import Distillation

/// Relational distillation: the student keeps the teacher's distances and angles between examples.
public struct RKD: PaperModule {
  public static let citation = Citation(
    "Relational Knowledge Distillation", "Park, Kim, Lu, Cho", "CVPR 2019",
    "https://arxiv.org/abs/1904.05068")

  /// λ_D, the weight of `rkd.distance`, as in the authors' scripts for metric learning; for
  /// classification 25.
  public var distance: Double
  /// λ_A, the weight of `rkd.angle`, as in the authors' scripts for metric learning; for
  /// classification 50.
  public var angle: Double
  /// How distances and angles are compared.
  public var potentials: Potentials
  /// Makes the loss with these parameters.
  public init(
    distance: Double = 1, angle: Double = 2, delta: Double = Potentials.standard.delta,
    reduction: Reduction = Potentials.standard.reduction,
    layer: String = Potentials.standard.layer.layer, teacherLayer: String? = nil,
    tuples: Int? = Potentials.standard.tuples
  ) {
    (self.distance, self.angle) = (distance, angle)
    potentials = Potentials(
      delta: delta, reduction: reduction, layer: layer, teacherLayer: teacherLayer,
      tuples: tuples)
  }
  public static let standard = Self()

  public static let equation = "L = λ_D · rkd.distance + λ_A · rkd.angle"
  public var body: some LossTerm {
    distance * Distance(potentials)
    angle * Angle(potentials)
  }

  public static let invariances: [Invariance] = [.rotation, .scaling, .translation, .batchOrder]
  public static let brings: [any Part.Type] = [Distance.self, Angle.self, Angles.self]

  /// The term of the distances ψ_D(tᵢ, tⱼ) = ‖tᵢ − tⱼ‖ / μ, where μ is the mean over pairs i ≠ j. The
  /// gradient flows through μ, as in the authors' code.
  public struct Distance: PotentialTerm {
    /// How distances are compared.
    public var potentials: Potentials
    /// Makes the loss with these parameters.
    public init(_ potentials: Potentials) { self.potentials = potentials }

    public static let equation = "L = 1/n² Σᵢⱼ ℓ_δ(‖sᵢ − sⱼ‖/μˢ − ‖tᵢ − tⱼ‖/μᵗ)"
    public var body: some LossTerm {
      match(potentials.layer, by: .distances.dividedByMean, with: potentials.huber)
    }

    public static let (name, invariances) = ("rkd.distance", RKD.invariances)
  }

  /// The term of the angles at each example, ψ_A(tᵢ, tⱼ, tₖ) = cos ∠ tᵢtⱼtₖ.
  public struct Angle: PotentialTerm {
    /// How angles are compared.
    public var potentials: Potentials
    /// Makes the loss with these parameters.
    public init(_ potentials: Potentials) { self.potentials = potentials }

    public static let equation = "L = 1/n³ Σᵢⱼₖ ℓ_δ(cos ∠ sᵢsⱼsₖ − cos ∠ tᵢtⱼtₖ)"
    public var body: some LossTerm {
      match(potentials.layer, by: Angles(), with: potentials.huber)
    }

    public static let (name, invariances) = ("rkd.angle", RKD.invariances)
  }
}
