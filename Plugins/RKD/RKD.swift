public import Distillation

/// Relational distillation: the student keeps the teacher's distances and angles between examples.
public struct RKD: PaperModule {
  public static let citation = Citation(
    "Relational Knowledge Distillation", "Park, Kim, Lu, Cho", "CVPR 2019",
    "https://arxiv.org/abs/1904.05068")

  /// λ_D and λ_A, as in the authors' scripts for metric learning; for classification 25 and 50.
  public var distance = 1.0, angle = 2.0

  public var potentials = Potentials()
  public init() {}

  public static let equation = "L = λ_D · rkd.distance + λ_A · rkd.angle"
  public var body: some LossTerm {
    distance * Distance().with(\.potentials, potentials)
    angle * Angle().with(\.potentials, potentials)
  }

  public static let invariances: [Invariance] = [.rotation, .scaling, .translation, .batchOrder]
  public static let brings: [any Part.Type] = [Distance.self, Angle.self, Angles.self]

  /// How the potentials ψ of student and teacher are compared: by ℓ_δ, of one layer.
  public struct Potentials: SharedParameters {
    public var delta = 1.0, reduction = Reduction.all, layer = MatchedLayer.embedding
    public var tuples: Int?
    public init() {}

    public static let ranges = Huber.ranges
    var huber: Huber { .huber(delta: delta, reduction: reduction, tuples: tuples) }
  }

  /// ψ_D(tᵢ, tⱼ) = ‖tᵢ − tⱼ‖ / μ, where μ is the mean over pairs i ≠ j, through which the gradient
  /// flows, as in the authors' code.
  public struct Distance: NamedTerm {
    public var potentials = Potentials()
    public init() {}

    public static let equation = "L = 1/n² Σᵢⱼ ℓ_δ(‖sᵢ − sⱼ‖/μˢ − ‖tᵢ − tⱼ‖/μᵗ)"
    public var body: some LossTerm {
      match(potentials.layer, by: .distances.dividedByMean, with: potentials.huber)
    }

    public static let (name, invariances) = ("rkd.distance", RKD.invariances)
  }

  /// ψ_A(tᵢ, tⱼ, tₖ) = cos ∠ tᵢtⱼtₖ, over the angles at each example.
  public struct Angle: NamedTerm {
    public var potentials = Potentials()
    public init() {}

    public static let equation = "L = 1/n³ Σᵢⱼₖ ℓ_δ(cos ∠ sᵢsⱼsₖ − cos ∠ tᵢtⱼtₖ)"
    public var body: some LossTerm {
      match(potentials.layer, by: Angles(), with: potentials.huber)
    }

    public static let (name, invariances) = ("rkd.angle", RKD.invariances)
  }
}
