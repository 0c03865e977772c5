public import Distillation

/// Relational distillation: the student keeps the teacher's distances and angles between examples.
public struct RKD: PaperModule {
  /// λ_D and λ_A, as in the authors' scripts for metric learning; for classification 25 and 50.
  public var distance = 1.0, angle = 2.0
  public var delta = 1.0, reduction = Reduction.all, layer = "embedding", teacherLayer: String?
  public var tuples: Int?

  public init() {}

  /// L = λ_D · L_RKD-D + λ_A · L_RKD-A
  public var body: some LossTerm {
    distance * Distance().sharing(self)
    angle * Angle().sharing(self)
  }

  /// L_RKD-D = Σ ℓ_δ(ψ_D(sᵢ, sⱼ) − ψ_D(tᵢ, tⱼ)), ψ_D(tᵢ, tⱼ) = ‖tᵢ − tⱼ‖ / μ
  public struct Distance: NamedTerm {
    public var delta = 1.0, reduction = Reduction.all, layer = "embedding", teacherLayer: String?
    public var tuples: Int?

    public init() {}

    // μ is the mean over pairs i ≠ j, through which the gradient flows, as in the authors' code.
    public var body: some LossTerm {
      match(
        .output(layer), to: .output(teacherLayer ?? layer), by: .distances.dividedByMean,
        with: Huber().sharing(self))
    }

    public static let name = "rkd.distance"
    public static let ranges = Huber.ranges
    public static let equation = "L = 1/n² Σᵢⱼ ℓ_δ(‖sᵢ − sⱼ‖/μˢ − ‖tᵢ − tⱼ‖/μᵗ)"
    public static let invariances: [Invariance] = [.rotation, .scaling, .translation, .batchOrder]
  }

  /// L_RKD-A = Σ ℓ_δ(ψ_A(sᵢ, sⱼ, sₖ) − ψ_A(tᵢ, tⱼ, tₖ)), over the angles at each example
  public struct Angle: NamedTerm {
    public var delta = 1.0, reduction = Reduction.all, layer = "embedding", teacherLayer: String?
    public var tuples: Int?

    public init() {}

    public var body: some LossTerm {
      match(
        .output(layer), to: .output(teacherLayer ?? layer), by: Angles(),
        with: Huber().sharing(self))
    }

    public static let name = "rkd.angle"
    public static let ranges = Huber.ranges
    public static let equation = "L = 1/n³ Σᵢⱼₖ ℓ_δ(cos ∠ sᵢsⱼsₖ − cos ∠ tᵢtⱼtₖ)"
    public static let invariances: [Invariance] = [.rotation, .scaling, .translation, .batchOrder]
  }

  public static let parts: [any NamedTerm.Type] = [Distance.self, Angle.self]
  public static let relations: [any (Relation & Configurable).Type] = [Angles.self]
  public static let ranges = Huber.ranges
  public static let equation = "L = λ_D · rkd.distance + λ_A · rkd.angle"
  public static let invariances = Distance.invariances
  public static let citation = Citation(
    "Relational Knowledge Distillation", "Park, Kim, Lu, Cho", "CVPR 2019",
    "https://arxiv.org/abs/1904.05068")
}

#if objectFormat(MachO)
  @section("__DATA_CONST,kindred_papers")
#else
  @section("kindred_papers")
#endif
@used let registration: PaperEntry = { RKD.register(in: $0) }
