public import Distillation

/// Correlation congruence: the student keeps the teacher's correlations between examples, measured
/// by a kernel.
public struct CCKD: PaperModule {
  public enum Variant: String, Codable, CaseIterable, Sendable {
    /// The paper's formula.
    case paper
    /// What RepDistiller received from the authors, which reads neither kernel nor `normalize`.
    case authors
  }

  public var variant = Variant.paper

  /// The kernel; its γ and P as in KD-Zoo and torchdistill.
  public var kernel = Correlation.Kernel.taylor, gamma = 0.4, order = 2

  /// Whether features are divided by their length first: the Taylor form holds for such only.
  public var normalize = true

  public var reduction = Reduction.all, layer = "embedding", teacherLayer: String?

  public init() {}

  /// L_CC = 1/n² ‖K(F_s) − K(F_t)‖², or 1/(n − 1) Σᵢ ⟨|δᵢ|, |δᵢ₊₁|⟩ of the authors
  public var body: some LossTerm {
    let target = Output(teacherLayer ?? layer)
    switch variant {
    case .paper:
      match(
        .output(layer), to: target, by: Correlation().sharing(self),
        with: .meanSquare(reduction: reduction))
    case .authors: match(.output(layer), to: target, with: NeighborErrors())
    }
  }

  public static let ranges = Correlation.ranges
  public static let relations: [any (Relation & Configurable).Type] = [Correlation.self]
  public static let matchers: [any (Matcher & Configurable).Type] = [NeighborErrors.self]
  public static let equation = "L = 1/n² Σᵢⱼ (k(sᵢ, sⱼ) − k(tᵢ, tⱼ))²"
  public static let invariances: [Invariance] = [.rotation, .scaling, .batchOrder]
  public static let citation = Citation(
    "Correlation Congruence for Knowledge Distillation",
    "Peng, Jin, Liu, Zhou, Wu, Liu, Li, Zhang", "ICCV 2019", "https://arxiv.org/abs/1904.01802")
}

#if objectFormat(MachO)
  @section("__DATA_CONST,kindred_papers")
#else
  @section("kindred_papers")
#endif
@used let registration: PaperEntry = { CCKD.register(in: $0) }
