public import Distillation

/// Correlation congruence: the student keeps the teacher's correlations between examples, measured
/// by a kernel.
public struct CCKD: PaperModule {
  public static let citation = Citation(
    "Correlation Congruence for Knowledge Distillation",
    "Peng, Jin, Liu, Zhou, Wu, Liu, Li, Zhang", "ICCV 2019", "https://arxiv.org/abs/1904.01802")

  /// Which loss it is.
  public enum Variant: String, Codable, CaseIterable, Sendable {
    /// The paper's formula.
    case paper
    /// The loss that RepDistiller received from the authors, 1/(n − 1) Σᵢ ⟨|δᵢ|, |δᵢ₊₁|⟩. It reads neither
    /// the kernel nor `reduction`.
    case authors
  }

  /// Which loss it is: the paper's formula, or the one that the authors gave to RepDistiller.
  public var variant: Variant
  /// The kernel of every two examples in the paper's formula.
  public var correlation: Correlation
  /// The divisor of the sum over pairs in the paper's formula.
  public var reduction: Reduction
  /// The layer whose examples are compared, N×D.
  public var layer: MatchedLayer
  /// Makes the loss with these parameters.
  public init(
    variant: Variant = .paper, kernel: Correlation.Kernel = Correlation.standard.kernel,
    gamma: Double = Correlation.standard.gamma, order: Int = Correlation.standard.order,
    normalize: Bool = Correlation.standard.normalize, reduction: Reduction = .all,
    layer: String = MatchedLayer.embedding.layer, teacherLayer: String? = nil
  ) {
    (self.variant, self.reduction) = (variant, reduction)
    correlation = Correlation(kernel: kernel, gamma: gamma, order: order, normalize: normalize)
    self.layer = MatchedLayer(layer, teacher: teacherLayer)
  }
  public static let standard = Self()

  public static let equation = "L = 1/n² Σᵢⱼ (k(sᵢ, sⱼ) − k(tᵢ, tⱼ))²"
  public var body: some LossTerm {
    switch variant {
    case .paper: match(layer, by: correlation, with: .meanSquare(reduction: reduction))
    case .authors: match(layer, with: NeighborErrors())
    }
  }

  public static let invariances: [Invariance] = [.rotation, .scaling, .batchOrder]
  public static let brings: [any Part.Type] = [Correlation.self, NeighborErrors.self]
}
