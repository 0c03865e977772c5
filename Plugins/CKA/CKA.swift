public import Distillation

/// Centred kernel alignment: the student's examples resemble each other as the teacher's do, up to scale.
public struct CKA: PaperModule {
  public static let citation = Citation(
    "Similarity of Neural Network Representations Revisited", "Kornblith, Norouzi, Lee, Hinton",
    "ICML 2019", "https://arxiv.org/abs/1905.00414")

  /// Whether HSIC is estimated without bias, from U-centred kernels K = X Xᵀ. The alignment of
  /// independent features is then near 0 rather than near 1.
  public var unbiased: Bool

  /// The layer whose examples are compared, N×D.
  public var layer: MatchedLayer
  /// Makes the loss with these parameters.
  public init(
    unbiased: Bool = false, layer: String = MatchedLayer.embedding.layer,
    teacherLayer: String? = nil
  ) {
    (self.unbiased, self.layer) = (unbiased, MatchedLayer(layer, teacher: teacherLayer))
  }
  public static let standard = Self()

  public static let equation = "L = 1 − ⟨Kˢ, Kᵗ⟩ / (‖Kˢ‖ ‖Kᵗ‖),  K = H X Xᵀ H,  H = 1 − 1/n"
  public var body: some LossTerm {
    // H X Xᵀ H is the Gram matrix of the centred rows, which loses no figures to their mean.
    let gram = Centered().then(Gram())
    if unbiased {
      match(layer, by: gram.then(DoublyCentered(unbiased: true)), with: .cosine)
    } else {
      match(layer, by: gram, with: .cosine)
    }
  }

  public static let invariances: [Invariance] = [.rotation, .scaling, .translation, .batchOrder]
}
