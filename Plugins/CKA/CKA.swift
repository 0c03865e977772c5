public import Distillation

/// Centred kernel alignment: the student's examples are as alike as the teacher's, up to scale.
public struct CKA: PaperModule {
  /// Whether HSIC is estimated without bias, from U-centred kernels. Independent features are then
  /// near 0 rather than near 1.
  public var unbiased = false

  public var layer = "embedding", teacherLayer: String?

  public init() {}

  /// L = 1 − ⟨Kˢ, Kᵗ⟩ / (‖Kˢ‖ ‖Kᵗ‖),  K = H X Xᵀ H, or X Xᵀ U-centred
  public var body: some LossTerm {
    // H X Xᵀ H is the Gram matrix of the centred rows, which loses no figures to their mean.
    let (target, gram) = (Output(teacherLayer ?? layer), Centered().then(Gram()))
    if unbiased {
      match(
        .output(layer), to: target, by: gram.then(DoublyCentered(unbiased: true)), with: .cosine)
    } else {
      match(.output(layer), to: target, by: gram, with: .cosine)
    }
  }

  public static let equation = "L = 1 − ⟨Kˢ, Kᵗ⟩ / (‖Kˢ‖ ‖Kᵗ‖),  K = H X Xᵀ H,  H = 1 − 1/n"
  public static let invariances: [Invariance] = [.rotation, .scaling, .translation, .batchOrder]
  public static let citation = Citation(
    "Similarity of Neural Network Representations Revisited", "Kornblith, Norouzi, Lee, Hinton",
    "ICML 2019", "https://arxiv.org/abs/1905.00414")
}

#if objectFormat(MachO)
  @section("__DATA_CONST,kindred_papers")
#else
  @section("kindred_papers")
#endif
@used let registration: PaperEntry = { CKA.register(in: $0) }
